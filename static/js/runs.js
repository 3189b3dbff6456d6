// What stands between and around messages: day dividers in the reader's own zone, and runs of the
// same person, which the style sheet draws closer together.

import { dayWords, localDay } from "./time.js";

export const RUN_GAP_MS = 5 * 60_000;
const RUN_CLASSES = ["run-first", "run-middle", "run-last", "run-single"];

function dayDivider(day, date) {
  const li = document.createElement("li");
  li.className = "day";
  const time = document.createElement("time");
  time.dateTime = day;
  time.textContent = dayWords(date);
  li.append(time);
  return li;
}

// Keeps the divider that stands before `entry` if it is the right one, so that nothing is announced
// twice by a screen reader.
function settleDay(entry, day, date, standing, isNew) {
  const right = standing.find((li) => li.querySelector("time")?.dateTime === day);
  for (const li of standing) if (!isNew || li !== right) li.remove();
  if (!isNew) return;
  if (right) {
    const words = dayWords(date);
    if (right.textContent !== words) right.querySelector("time").textContent = words;
    return;
  }
  const before = entry.previousElementSibling;
  const place = before?.classList.contains("new-line") ? before : entry;
  place.before(dayDivider(day, date));
}

function setRun(entry, joinsPrevious, joinsNext) {
  const run = RUN_CLASSES[joinsPrevious ? (joinsNext ? 1 : 2) : joinsNext ? 0 : 3];
  if (entry.classList.contains(run)) return;
  entry.classList.remove(...RUN_CLASSES);
  entry.classList.add(run);
}

/**
 * Bring dividers and runs of a timeline in order; touches only what has to change.
 * @param {HTMLOListElement} list
 */
export function arrange(list) {
  const entries = [];
  let standing = [];
  let broken = true;
  let previous = null;
  for (const li of [...list.children]) {
    if (li.classList.contains("day")) standing.push(li);
    else if (li.classList.contains("new-line")) broken = true;
    if (!li.classList.contains("entry") || li.hidden) continue;
    const article = li.querySelector(".message");
    const date = new Date(article.dataset.created);
    const now = { li, sender: article.dataset.sender, at: date.getTime(), day: localDay(date) };
    const isNewDay = now.day !== previous?.day;
    settleDay(li, now.day, date, standing, isNewDay);
    now.joins =
      !broken &&
      !isNewDay &&
      now.sender === previous.sender &&
      Math.abs(now.at - previous.at) < RUN_GAP_MS;
    entries.push(now);
    previous = now;
    standing = [];
    broken = false;
  }
  for (const li of standing) li.remove();
  entries.forEach((entry, index) => {
    setRun(entry.li, entry.joins, entries[index + 1]?.joins ?? false);
  });
}
