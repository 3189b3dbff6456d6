// One attempt to bring one message to the server: over the socket, or, when that has been down for a
// while, by a plain request. Answers what came back; keeps nothing.

import { post } from "./http.js";
import { socket } from "./socket.js";

export const ACK_WITHIN_MS = 15_000;
export const REQUEST_AFTER_DOWN_MS = 5000;

/** @typedef {{type: "ack"|"refused"|"later", wait?: number, [key: string]: any}} Answer */

class Delivery {
  /** @type {Map<string, (answer: Answer) => void>} */
  #awaited = new Map();

  constructor() {
    socket.on("refused", (frame) => this.settle(frame.ref, frame));
    socket.on("down", () => {
      for (const settle of this.#awaited.values()) settle({ type: "later" });
    });
  }

  /**
   * Hand an answer to whoever waits for it.
   * @param {string} clientId
   * @param {Answer} answer
   */
  settle(clientId, answer) {
    this.#awaited.get(clientId)?.(answer);
  }

  /**
   * Send once and wait for the answer.
   * @param {import("./outbox.js").Item} item
   * @returns {Promise<Answer>} `later` = nobody knows; try again, after `wait` milliseconds if given
   */
  async send(item) {
    const { client_id, conversation, kind = "text", body, content, reply } = item;
    const fields = { client_id, kind, body, ...content };
    if (reply) fields.reply_to = reply.id;
    if (socket.up) return this.#overSocket({ type: "message.send", conversation, ...fields });
    const patience = REQUEST_AFTER_DOWN_MS - (Date.now() - socket.downSince);
    if (patience > 0) return { type: "later", wait: patience };
    return this.#byRequest(conversation, fields);
  }

  #overSocket(frame) {
    return new Promise((resolve) => {
      const settle = (answer) => {
        clearTimeout(timer);
        this.#awaited.delete(frame.client_id);
        resolve(answer);
      };
      const timer = setTimeout(() => {
        socket.ping();
        settle({ type: "later", wait: 0 });
      }, ACK_WITHIN_MS);
      this.#awaited.set(frame.client_id, settle);
      if (!socket.send(frame)) settle({ type: "later" });
    });
  }

  async #byRequest(conversation, fields) {
    try {
      const answer = await post(`/inbox/${conversation}/messages/`, fields);
      return answer?.type === "ack" ? answer : { type: "later" };
    } catch (problem) {
      if (problem.passing) return { type: "later" };
      const { code, detail, retry_after } = problem;
      return { type: "refused", code: code || String(problem.status), detail, retry_after };
    }
  }
}

export const delivery = new Delivery();
