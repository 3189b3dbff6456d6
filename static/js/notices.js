// Small toasts in #notices: a new message, an undo, a word about what went wrong.

import { say } from "./words.js";

const NOTICE_MS = 6000;
const MOST_AT_ONCE = 3;

function place() {
  let place = document.getElementById("notices");
  if (!place) {
    place = document.createElement("div");
    Object.assign(place, { id: "notices", className: "notices", role: "status" });
    document.body.append(place);
  }
  return place;
}

function button(className, label, run) {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", className });
  if (className === "icon-button") {
    element.setAttribute("aria-label", label);
    element.textContent = "×";
  } else element.textContent = label;
  element.addEventListener("click", run);
  return element;
}

// Runs `done` after `ms`, not counting the time someone points at or stands on the notice.
function hideAfter(notice, ms, done) {
  let timer;
  const start = () => {
    clearTimeout(timer);
    timer = setTimeout(done, ms);
  };
  const pause = () => clearTimeout(timer);
  notice.addEventListener("pointerenter", pause);
  notice.addEventListener("focusin", pause);
  notice.addEventListener("pointerleave", start);
  notice.addEventListener("focusout", start);
  start();
}

/**
 * Show a notice; the oldest one goes when there are more than three.
 * @param {object} about
 * @param {string} about.text the line to read
 * @param {string} [about.name] a person's name, shown above the line
 * @param {string} [about.url] makes name and line a link
 * @param {{label: string, run: () => void}} [about.action] a button beside it
 * @param {number} [about.ms] how long it stays, in milliseconds
 * @param {string} [about.key] a notice with the same key is replaced
 * @returns {() => void} hides it
 */
export function notify({ text, name = "", url = "", action, ms = NOTICE_MS, key = "" }) {
  const home = place();
  if (key) home.querySelector(`[data-key="${CSS.escape(key)}"]`)?.remove();
  const notice = document.createElement("div");
  notice.className = "notice";
  if (key) notice.dataset.key = key;
  const hide = () => notice.remove();
  const words = document.createElement(url ? "a" : "p");
  words.className = "notice-text";
  if (url) words.href = url;
  if (name) {
    const who = document.createElement("bdi");
    who.className = "notice-name";
    who.textContent = name;
    words.append(who, " ");
  }
  const line = document.createElement("span");
  line.dir = "auto";
  line.textContent = text;
  words.append(line);
  notice.append(words);
  if (action) {
    notice.append(
      button("button small quiet", action.label, () => {
        hide();
        action.run();
      }),
    );
  }
  notice.append(button("icon-button", say("close"), hide));
  home.append(notice);
  while (home.children.length > MOST_AT_ONCE) home.firstElementChild.remove();
  hideAfter(notice, ms, hide);
  return hide;
}
