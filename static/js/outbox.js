// What was written and isn't yet known to be committed. Kept on disk per account; sent in order, one
// at a time per conversation; sent again until the server answers, which is safe because of the
// client_id. All tabs share it: a lock lets one of them send, a channel tells the others.

import { delivery } from "./delivery.js";
import { newId } from "./ids.js";
import { socket } from "./socket.js";
import { Store } from "./store.js";

const RETRY_MIN_MS = 3000;
const RETRY_MAX_MS = 60_000;
// Longer than this nobody waits for: the person decides again.
const WAIT_AT_MOST_S = 3600;

/**
 * @typedef {object} Item
 * @property {string} client_id
 * @property {string} me the account that wrote it
 * @property {string} conversation
 * @property {string} kind text, sticker, gif, photo or video
 * @property {string} body
 * @property {{sticker?: string, gif?: string, photo?: string[], video?: string}} content by kind
 * @property {{picture?: object, photos?: object[]}} [look] what `looks.js` draws meanwhile
 * @property {{id: string, name: string, text: string}|null} reply
 * @property {number} created milliseconds
 * @property {number} order
 * @property {"waiting"|"refused"} state
 * @property {{code: string, detail: string}} [problem] why it was refused or has to wait
 * @property {number} [notBefore] milliseconds; for the server's `retry_after`
 */

class Outbox extends EventTarget {
  #me = "";
  #store = new Store();
  #channel;
  #sending = new Set();
  #again = new Set();
  #timers = new Map();
  #failures = 0;

  /** @param {string} me the signed-in account; items of others stay untouched */
  start(me) {
    this.#me = me;
    if ("BroadcastChannel" in window) {
      this.#channel = new BroadcastChannel(`paperplane-outbox-${me}`);
      this.#channel.addEventListener("message", ({ data }) => this.#heard(data));
    }
    socket.on("up", () => this.sendAll());
    socket.on("down", () => this.sendAll());
    socket.on("ack", (frame) => this.#acked(frame.client_id, frame));
    socket.on("message.created", (frame) => {
      if (String(frame.sender) === me) this.confirm(frame.client_id);
    });
    this.sendAll();
  }

  /**
   * Keep a message and send it as soon as possible.
   * @param {{conversation: string, body: string, reply?: Item["reply"], kind?: string,
   *   content?: Item["content"], look?: Item["look"]}} written
   * @returns {Promise<Item>} resolves when it is on disk
   */
  async add({ conversation, body, reply = null, kind = "text", content = {}, look }) {
    const written = { conversation, kind, body, content, look, reply };
    const item = {
      client_id: newId(),
      me: this.#me,
      ...written,
      created: Date.now(),
      state: "waiting",
    };
    item.order = await this.#store.add(item);
    this.#tell("added", item);
    this.#send(conversation);
    return item;
  }

  /**
   * @param {string} [conversation]
   * @returns {Promise<Item[]>} what waits or was refused, in order
   */
  async items(conversation) {
    const items = await this.#store.list(this.#me);
    return conversation ? items.filter((item) => item.conversation === conversation) : items;
  }

  /** Try a refused item again, behind what already waits. @param {string} clientId */
  async retry(clientId) {
    const item = await this.#find(clientId);
    if (!item) return;
    const { order, problem, notBefore, ...rest } = item;
    // The server knows this id with another text: only a new id can ever be accepted.
    const fresh = problem?.code === "client_id_reused" ? { client_id: newId() } : {};
    const next = { ...rest, ...fresh, state: "waiting" };
    next.order = await this.#store.add(next);
    await this.#store.remove(order);
    this.#tell("removed", item);
    this.#tell("added", next);
    this.#send(item.conversation);
  }

  /** Forget an item for good. @param {string} clientId */
  async discard(clientId) {
    const item = await this.#find(clientId);
    if (!item) return;
    await this.#store.remove(item.order);
    this.#tell("removed", item);
    this.#send(item.conversation);
  }

  /** The server's own copy of the message was seen: it is committed. @param {string} clientId */
  async confirm(clientId) {
    const item = clientId && (await this.#find(clientId));
    if (item) await this.#store.remove(item.order);
    delivery.settle(clientId, { type: "ack" });
  }

  /** Send whatever waits, in all conversations. */
  async sendAll() {
    const items = await this.items();
    for (const conversation of new Set(items.map((item) => item.conversation))) {
      this.#send(conversation);
    }
  }

  async #find(clientId) {
    return (await this.items()).find((item) => item.client_id === clientId);
  }

  async #send(conversation) {
    if (this.#sending.has(conversation)) {
      this.#again.add(conversation);
      return;
    }
    this.#sending.add(conversation);
    try {
      await this.#alone(conversation, () => this.#drain(conversation));
    } finally {
      this.#sending.delete(conversation);
    }
    if (this.#again.delete(conversation)) this.#send(conversation);
  }

  // Without locks (plain http) two tabs may send the same item: the server stores it once.
  #alone(conversation, work) {
    if (!navigator.locks) return work();
    return navigator.locks.request(`paperplane-outbox-${this.#me}-${conversation}`, work);
  }

  async #drain(conversation) {
    for (;;) {
      const waiting = (await this.items(conversation)).find((item) => item.state === "waiting");
      if (!waiting) return;
      const pause = (waiting.notBefore ?? 0) - Date.now();
      if (pause > 0) return this.#later(conversation, pause);
      const answer = await delivery.send(waiting);
      if (answer.type === "ack") await this.#acked(waiting.client_id, answer);
      else if (answer.type === "refused") await this.#refused(waiting, answer);
      else return this.#later(conversation, answer.wait ?? this.#nextPause());
      this.#failures = 0;
    }
  }

  #nextPause() {
    this.#failures += 1;
    return Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (this.#failures - 1));
  }

  #later(conversation, ms) {
    clearTimeout(this.#timers.get(conversation));
    this.#timers.set(
      conversation,
      setTimeout(() => this.#send(conversation), ms),
    );
  }

  async #acked(clientId, ack) {
    const item = await this.#find(clientId);
    if (item) await this.#store.remove(item.order);
    if (item && ack.message) this.#tell("acked", item, ack);
    delivery.settle(clientId, ack);
  }

  async #refused(item, { code, detail, retry_after: seconds }) {
    const passes = code === "rate_limited" && seconds > 0 && seconds <= WAIT_AT_MOST_S;
    const next = { ...item, problem: { code, detail } };
    if (passes) next.notBefore = Date.now() + seconds * 1000;
    else next.state = "refused";
    await this.#store.put(next);
    this.#tell("refused", next);
  }

  #heard({ type, item, ack }) {
    this.dispatchEvent(new CustomEvent(type, { detail: { item, ack } }));
    if (type === "added") this.#send(item.conversation);
  }

  #tell(type, item, ack) {
    this.dispatchEvent(new CustomEvent(type, { detail: { item, ack } }));
    this.#channel?.postMessage({ type, item, ack });
  }
}

/** The account's outbox. Events: `added`, `acked`, `refused`, `removed` with `{item, ack}`. */
export const outbox = new Outbox();
