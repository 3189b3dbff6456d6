// One WebSocket for this tab. Frames arrive as events named by their type; `up` and `down` tell of
// the connection. It is a hint only: whoever needs to be sure asks the server again (catchup.js).

import { signedOut } from "./session.js";

export const HEARTBEAT_INTERVAL_MS = 25_000;
export const ANSWER_WITHIN_MS = 10_000;
export const RECONNECT_MIN_MS = 500;
export const RECONNECT_MAX_MS = 20_000;
const SIGNED_OUT = 4401;
const FLOODED = 1008;
const WORRY_AFTER_ATTEMPTS = 3;

class InboxSocket extends EventTarget {
  /** Whether frames can be sent: the server has said `ready`, to this very account. */
  up = false;
  /** Since when it has not been up, in milliseconds of `Date.now()`. */
  downSince = Date.now();
  /** @type {() => {conversation?: string, state?: string}} what the heartbeat tells of */
  heartbeat = () => ({});

  #url;
  #me;
  #line = null;
  #attempts = 0;
  #timers = { retry: 0, beat: 0, answer: 0 };
  #ended = false;

  /**
   * Connect and stay connected.
   * @param {string} path of the socket on this host
   * @param {string} me the id of the account this page was made for
   */
  start(path, me) {
    this.#url = new URL(path, location.href);
    this.#url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    this.#me = me;
    addEventListener("online", () => this.#connectNow());
    // The browser knows before the socket does. If it was wrong, the retry is up in half a second.
    addEventListener("offline", () => this.#drop());
    addEventListener("pageshow", (event) => event.persisted && this.#connectNow());
    addEventListener("pagehide", () => this.#drop({ again: false }));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      if (this.up) this.ping();
      else this.#connectNow();
    });
    this.#connect();
  }

  /**
   * Listen to the frames of one type.
   * @param {string} type
   * @param {(frame: any) => void} heard
   * @param {AbortSignal} [signal] ends it
   */
  on(type, heard, signal) {
    this.addEventListener(type, (event) => heard(event.detail), { signal });
  }

  /**
   * @param {object} frame
   * @returns {boolean} whether it left; that it arrived only an answer can tell
   */
  send(frame) {
    if (!this.up || this.#line?.readyState !== WebSocket.OPEN) return false;
    this.#line.send(JSON.stringify(frame));
    return true;
  }

  /** Ask at once whether we are connected and up to date. */
  ping() {
    clearTimeout(this.#timers.beat);
    if (!this.send({ type: "ping", ...this.heartbeat() })) return;
    this.#timers.beat = setTimeout(() => this.ping(), HEARTBEAT_INTERVAL_MS);
    this.#expectAnswer();
  }

  #expectAnswer() {
    clearTimeout(this.#timers.answer);
    this.#timers.answer = setTimeout(() => this.#drop(), ANSWER_WITHIN_MS);
  }

  #connectNow() {
    if (this.up || this.#line?.readyState === WebSocket.OPEN) return;
    this.#attempts = 0;
    this.#drop({ again: false });
    this.#connect();
  }

  #connect() {
    clearTimeout(this.#timers.retry);
    if (this.#ended || this.#line) return;
    const line = new WebSocket(this.#url);
    this.#line = line;
    this.#expectAnswer();
    line.addEventListener("message", (event) => line === this.#line && this.#hear(event.data));
    line.addEventListener("close", (event) => line === this.#line && this.#closed(event.code));
  }

  #hear(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    clearTimeout(this.#timers.answer);
    if (frame.type === "session.ended") return this.#end();
    if (frame.type === "ready") return this.#ready(frame);
    this.#emit(frame.type, frame);
  }

  #ready(frame) {
    // Somebody else has signed in with this browser since the page was made: it isn't theirs.
    if (String(frame.user) !== this.#me) return location.reload();
    this.up = true;
    this.#attempts = 0;
    this.#emit("ready", frame);
    this.#emit("up", frame);
    this.ping();
  }

  #closed(code) {
    if (code === SIGNED_OUT) return this.#end();
    if (code === FLOODED) this.#attempts = Math.max(this.#attempts, 6);
    // Who isn't signed in is turned away without a reason: somebody else has to ask for it.
    if (!this.up && this.#attempts >= WORRY_AFTER_ATTEMPTS) this.#emit("turned-away", {});
    this.#drop();
  }

  #end() {
    this.#ended = true;
    this.#drop({ again: false });
    signedOut();
  }

  #drop({ again = true } = {}) {
    const line = this.#line;
    const wasUp = this.up;
    this.#line = null;
    this.up = false;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    line?.close();
    if (wasUp) {
      this.downSince = Date.now();
      this.#emit("down", {});
    }
    if (again && !this.#ended) this.#retryLater();
  }

  #retryLater() {
    // Full jitter: after a restart of the server not everybody knocks in the same moment.
    const most = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#timers.retry = setTimeout(
      () => this.#connect(),
      RECONNECT_MIN_MS / 2 + Math.random() * most,
    );
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** The tab's socket. */
export const socket = new InboxSocket();
