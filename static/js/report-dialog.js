// Reporting in a dialog: the server's own steps, one after the other, in the same place.

import { get, post } from "./http.js";
import { notify } from "./notices.js";
import { openSheet } from "./sheet-dialog.js";
import { loadStyle } from "./styles.js";
import { say } from "./words.js";

const AS_PART = { accept: "text/html", headers: { "HX-Request": "true" } };

async function step(url) {
  const template = document.createElement("template");
  template.innerHTML = await get(url, AS_PART);
  return template.content.querySelector(".report");
}

class ReportDialog {
  constructor(dialog, place) {
    this.dialog = dialog;
    this.place = place;
    // What is typed survives going back to the reasons.
    this.details = "";
    dialog.addEventListener("click", (event) => this.#click(event));
    dialog.addEventListener("submit", (event) => this.#submit(event));
  }

  show(content) {
    this.details = this.place.querySelector("textarea")?.value ?? this.details;
    this.place.replaceChildren(content);
    this.dialog.querySelector("#sheet-title").textContent = content.dataset.title;
    const field = content.querySelector("textarea");
    if (field) field.value = this.details;
    content.querySelector("[tabindex]")?.focus();
  }

  async #go(url) {
    try {
      this.show(await step(url));
    } catch (problem) {
      this.#complain(problem);
    }
  }

  #click(event) {
    const link = event.target.closest("a");
    if (!link) return;
    if (link.matches("[data-step]")) {
      event.preventDefault();
      this.#go(link.href);
    } else if (link.matches("[data-done], .no-sheet")) {
      event.preventDefault();
      this.dialog.close();
    }
  }

  async #submit(event) {
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("button:not([type=button])");
    button.disabled = true;
    try {
      const { url } = await post(form.action, Object.fromEntries(new FormData(form)));
      if (url) await this.#go(url);
      else this.#blocked(form.dataset.blocked);
    } catch (problem) {
      this.#complain(problem);
    }
    button.disabled = false;
  }

  #blocked(text) {
    this.dialog.close();
    notify({ text });
  }

  #complain({ detail, status }) {
    this.place.querySelector(".banner.error")?.remove();
    const line = document.createElement("p");
    Object.assign(line, { className: "banner error", role: "alert" });
    line.textContent = detail || say(status ? "failed" : "offlineNow");
    this.place.querySelector(".report").prepend(line);
  }
}

/**
 * Open the steps of a report.
 * @param {string} url of the first one
 */
export async function openReport(url) {
  const [content] = await Promise.all([step(url), loadStyle("report.css")]);
  const opener = document.activeElement;
  const place = document.createElement("div");
  const dialog = await openSheet({ title: say("report"), content: place });
  dialog.addEventListener("close", () => opener?.focus());
  new ReportDialog(dialog, place).show(content);
}
