// Keeps an open conversation equal to the server's. Events are applied as they come; the state counts
// only what is known without a hole, and a hole is filled by asking.

import { get } from "./http.js";
import { socket } from "./socket.js";

const RETRY_MS = 4000;

const numbers = (state) => state.split(".").map(Number);

// The server has less than what it was asked about: a backup was restored, and it tells all anew.
function isBehind(state, asked) {
  const [version, deletions] = numbers(state);
  return version < asked.version || deletions < asked.deletions;
}

/** The state of one open conversation, `"<version>.<deletions>"`. */
export class CatchUp {
  #ahead = new Set();
  #running = false;
  #again = false;
  #timer = 0;

  /**
   * @param {string} url where changes are told
   * @param {string} state of the page
   * @param {{apply: (answer: object, how: {anew: boolean}) => void, moved: (state: string) => void,
   *   signal: AbortSignal}} to `anew`: nothing shown so far counts, everything is told again
   */
  constructor(url, state, { apply, moved, signal }) {
    this.url = url;
    [this.version, this.deletions] = numbers(state);
    this.apply = apply;
    this.moved = moved;
    this.signal = signal;
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** @returns {string} */
  get state() {
    return `${this.version}.${this.deletions}`;
  }

  /**
   * Note that the event of `version` was applied; asks if events before it are missing.
   * @param {number} version
   */
  saw(version) {
    if (version > this.version) this.#ahead.add(version);
    this.#advance();
    if (this.#ahead.size) this.ask();
  }

  #advance() {
    for (const version of this.#ahead) if (version <= this.version) this.#ahead.delete(version);
    while (this.#ahead.delete(this.version + 1)) this.version += 1;
    this.moved(this.state);
  }

  #adopt(state, anew) {
    const [version, deletions] = numbers(state);
    if (anew) {
      this.#ahead.clear();
      // What an event has told meanwhile may just have been forgotten.
      this.#again = true;
      Object.assign(this, { version, deletions });
    } else {
      this.version = Math.max(this.version, version);
      this.deletions = Math.max(this.deletions, deletions);
    }
    this.#advance();
  }

  /** Ask what changed, until there is no more. Calls while it runs make it run once more. */
  async ask() {
    this.#again = true;
    if (this.#running) return;
    this.#running = true;
    clearTimeout(this.#timer);
    try {
      while (this.#again && !this.signal.aborted) {
        this.#again = false;
        const asked = { state: this.state, version: this.version, deletions: this.deletions };
        const answer = await get(`${this.url}?since=${asked.state}`, { signal: this.signal });
        if (this.signal.aborted) return;
        const anew = isBehind(answer.state, asked);
        this.apply(answer, { anew });
        this.#adopt(answer.state, anew);
        if (!answer.more) continue;
        // More of the same, and so for ever, isn't worth asking for.
        if (answer.state === asked.state) return;
        this.#again = true;
      }
    } catch (problem) {
      // Without a socket the next `up` asks anyway.
      if (problem.passing && socket.up && !this.signal.aborted) {
        this.#timer = setTimeout(() => this.ask(), RETRY_MS);
      }
    } finally {
      this.#running = false;
    }
  }
}
