// <dm-conversation>: one open conversation. It only puts the parts together; each of them is a file.
// htmx swaps it in and out, so everything it starts ends with its signal.

import { startActions } from "./actions.js";
import { CatchUp } from "./catchup.js";
import { choices } from "./choices.js";
import { Composer } from "./composer.js";
import { showConnection } from "./connection.js";
import { deletions } from "./deletions.js";
import { startGestures } from "./gestures.js";
import { get } from "./http.js";
import { startMissing } from "./missing.js";
import { Older } from "./older.js";
import { outbox } from "./outbox.js";
import { explain } from "./pending.js";
import { startPhotos } from "./photos.js";
import { Reading } from "./read.js";
import { showAccepted } from "./request.js";
import { Scroll } from "./scroll.js";
import { socket } from "./socket.js";
import { Timeline } from "./timeline.js";

const TYPING_SHOWN_MS = 5000;
const ACCEPTED_IN = ["inbox", "archive"];

class Conversation extends HTMLElement {
  connectedCallback() {
    const life = new AbortController();
    const { signal } = life;
    this.life = life;
    this.id_ = this.dataset.conversation;
    this.timeline = new Timeline(this.querySelector(".timeline"), {
      me: this.dataset.me,
      blank: this.querySelector(".message-template"),
      hasOlder: () => Boolean(this.querySelector(".older")),
    });
    this.scroll = new Scroll(this, signal);
    this.older = new Older(this, this.timeline, this.scroll, signal);
    this.reading = new Reading(this, this.timeline, this.scroll, signal);
    this.catchUp = new CatchUp(`/inbox/${this.id_}/changes/`, this.dataset.state, {
      apply: (answer, how) => this.#apply(answer, how),
      moved: (state) => {
        this.dataset.state = state;
      },
      signal,
    });
    this.composer = new Composer(this, { send: (...written) => this.#send(...written), signal });
    startActions(this, signal);
    startGestures(this, signal);
    startMissing(this, signal);
    startPhotos(this, signal);
    showConnection(this.querySelector(".connection"), signal);
    this.#listen(signal);
    this.scroll.begin();
    this.reading.look();
    this.#reconcile();
    this.#goToNamed();
    socket.heartbeat = () => ({ conversation: this.id_, state: this.dataset.state });
    socket.ping();
  }

  disconnectedCallback() {
    this.life.abort();
    clearTimeout(this.typingTimer);
    // Another one may have come in before this one went.
    if (!document.querySelector("dm-conversation")) socket.heartbeat = () => ({});
  }

  #listen(signal) {
    const on = (type, heard) =>
      socket.on(type, (frame) => frame.conversation === this.id_ && heard(frame), signal);
    on("message.created", (frame) => {
      this.#show([frame.html]);
      this.catchUp.saw(frame.version);
    });
    on("message.changed", (frame) => {
      this.timeline.put([frame.html], { insert: false });
      this.catchUp.saw(frame.version);
    });
    on("message.deleted", (frame) => {
      this.#remove([frame.id]);
      this.catchUp.ask();
    });
    // Of one conversation, or of all where so much was missed that it isn't told in which.
    const missed = ({ conversation }) => {
      if (!conversation || conversation === this.id_) this.catchUp.ask();
    };
    socket.on("stale", missed, signal);
    // Not only where messages are missing: how far the other has read is told there too.
    socket.on("up", () => this.catchUp.ask(), signal);
    on("inbox.row", ({ folder }) => ACCEPTED_IN.includes(folder) && showAccepted(this));
    on("policy.changed", () => this.refreshComposer());
    // What holds for the account holds in every conversation.
    const everywhere = ({ conversation }) => conversation === null && this.refreshComposer();
    socket.on("policy.changed", everywhere, signal);
    on("conversation.typing", ({ user }) => user !== this.dataset.me && this.#typing(true));
    on("conversation.read", ({ user, seq }) => {
      if (user === this.dataset.me) this.reading.iRead(seq);
      else this.reading.otherRead(seq);
    });
    const hear = (type, heard) =>
      outbox.addEventListener(
        type,
        ({ detail }) => detail.item.conversation === this.id_ && heard(detail),
        { signal },
      );
    hear("added", ({ item }) => this.#pend(item));
    hear("refused", ({ item }) => {
      this.#pend(item);
      if (item.state === "refused") this.refreshComposer();
    });
    hear("acked", ({ item, ack }) => {
      this.timeline.acknowledge(item.client_id, ack);
      showAccepted(this);
    });
    hear("removed", ({ item }) => this.timeline.removePending(item.client_id));
    deletions.addEventListener(
      "changed",
      ({ detail: { id, deleted } }) => {
        if (deleted) this.#remove([id]);
        else this.timeline.refresh(id);
        this.reading.mark();
      },
      { signal },
    );
    this.addEventListener("click", (event) => this.#followQuote(event), { signal });
    this.addEventListener("click", (event) => this.#playVideo(event), { signal });
    // What isn't typed (stickers, GIFs, photos) comes from elsewhere on the page.
    this.addEventListener("compose:send", ({ detail }) => this.#sendContent(detail), { signal });
  }

  async #send(body, reply, rest = {}) {
    await outbox.add({ conversation: this.id_, body, reply, ...rest });
    if (this.life.signal.aborted) return;
    this.querySelector(".new-line")?.remove();
    this.timeline.arrange();
    this.scroll.toEnd();
  }

  /** @param {{kind: string, content: object, look: object, body?: string}} detail as the outbox takes it */
  #sendContent({ body = "", ...rest }) {
    const quote = this.composer.takeQuote();
    this.#send(body, quote, rest);
  }

  #show(htmls) {
    const added = this.timeline.put(htmls);
    const theirs = added.filter((li) => li.classList.contains("theirs"));
    if (theirs.length) this.#typing(false);
    this.scroll.arrived(theirs.length);
    this.reading.look();
  }

  #remove(ids) {
    this.timeline.remove(ids);
    this.reading.mark();
  }

  #apply({ messages, deleted, cleared, read }, { anew }) {
    const htmls = messages.map((message) => message.html);
    if (anew) this.scroll.quietly(() => this.#showAnew(htmls));
    if (cleared) this.timeline.clear(cleared);
    this.#remove(deleted);
    if (!anew) this.#show(htmls);
    if (read) this.reading.otherRead(read);
    this.#reconcile();
  }

  // Also older versions, and less than was shown. All there is follows, from the first message on.
  #showAnew(htmls) {
    this.timeline.clear(Number.POSITIVE_INFINITY);
    this.older.link?.remove();
    this.reading.forget();
    this.timeline.put(htmls);
    this.reading.look();
  }

  // What the outbox still holds is either on the page already, and so committed, or has to be shown.
  async #reconcile() {
    for (const item of await outbox.items(this.id_)) {
      if (this.life.signal.aborted) return;
      if (this.timeline.byClientId(item.client_id)?.dataset.id) outbox.confirm(item.client_id);
      else this.#pend(item);
    }
    if (this.scroll.atEnd) this.scroll.toEnd();
  }

  #pend(item) {
    this.timeline.putPending(item, (li) => item.problem && explain(li, item, choices(this, item)));
    if (this.scroll.atEnd) this.scroll.toEnd();
  }

  #typing(isTyping) {
    clearTimeout(this.typingTimer);
    this.querySelector(".typing").hidden = !isTyping;
    if (isTyping) this.typingTimer = setTimeout(() => this.#typing(false), TYPING_SHOWN_MS);
  }

  /** Whether one may write here may have changed: ask, and show the composer or the reason. */
  async refreshComposer() {
    const { signal } = this.life;
    const html = await get(`/inbox/${this.id_}/composer/`, { accept: "text/html", signal }).catch(
      () => "",
    );
    if (!html || signal.aborted) return;
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const slot = this.querySelector(".composer-slot");
    const both = [fresh.content, slot].map((part) => part.querySelector("form.composer"));
    // Nobody is interrupted in writing.
    if (both[0] && both[1]) {
      both[1].dataset.onlyText = both[0].dataset.onlyText;
      return;
    }
    slot.replaceChildren(fresh.content);
    this.composer.refresh();
    // What can be done about a refused message depends on there being a composer.
    this.#reconcile();
  }

  async #followQuote(event) {
    const link = event.target.closest("a.quote");
    if (!link) return;
    event.preventDefault();
    const entry = await this.older.find(link.hash.replace("#m-", ""));
    if (entry && !entry.hidden) this.scroll.show(entry);
  }

  async #playVideo(event) {
    const box = event.target.closest("a.shared-video-link")?.parentElement;
    if (!box || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { play } = await import("./playing.js");
    play(box);
  }

  async #goToNamed() {
    const id = location.hash.match(/^#m-(.+)/)?.[1];
    if (!id || this.timeline.byId(id)) return;
    const entry = await this.older.find(id);
    if (entry) this.scroll.show(entry);
  }
}

customElements.define("dm-conversation", Conversation);
