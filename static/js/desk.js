// The desk by keyboard: the queue, and a case (templates/admin/moderation/keys.html says which key does what).

import { letLettersBeChosen, lettersWork } from "./letter-keys.js";

const TAKES_KEYS = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
const rows = () => [...document.querySelectorAll("#result_list tbody tr")];
const reports = () => [...document.querySelectorAll(".desk .report")];
const keys = document.querySelector(".desk-keys");
const decide = document.getElementById("decide");

// What has the focus, or had it last: a click beside it loses it.
let current;

function step(all, by, focused) {
  const place = all.findIndex((one) => one.contains(document.activeElement));
  const from = place < 0 ? all.indexOf(current) : place;
  current = all[Math.max(0, Math.min(all.length - 1, from + by))];
  const target = current && focused(current);
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
}

const walk = (by) =>
  rows().length
    ? step(rows(), by, (row) => row.querySelector("a"))
    : step(reports(), by, (report) => report);

const here = (all) => all.find((one) => one.contains(document.activeElement)) ?? current;

function toggleFiles() {
  const files = [...((here(reports()) ?? reports()[0])?.querySelectorAll("details.veiled") ?? [])];
  const open = files.some((one) => !one.open);
  for (const one of files) one.open = open;
}

function chooseMeasure(number) {
  const choices = decide?.querySelectorAll("[name=measure]") ?? [];
  const choice = choices[(number + 9) % 10];
  if (!choice) return;
  choice.checked = true;
  choice.focus();
}

const DOES = {
  j: () => walk(1),
  k: () => walk(-1),
  v: toggleFiles,
  x: () => here(rows())?.querySelector("input.action-select")?.click(),
  a: () => document.querySelector(".actions select")?.focus(),
  r: () => decide?.querySelector("[name=ground]").focus(),
  "?": () => {
    keys.open = !keys.open;
    if (keys.open) keys.scrollIntoView({ block: "nearest" });
  },
};

// Returns what the key does, if anything: what is no key of ours stays the browser's.
function deed(key) {
  if (/^[0-9]$/.test(key)) return decide && (() => chooseMeasure(Number(key)));
  if (Object.hasOwn(DOES, key)) return DOES[key];
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  return target && (() => target.click());
}

function isSubmit({ key, ctrlKey, metaKey }) {
  return key === "Enter" && (ctrlKey || metaKey) && decide?.contains(document.activeElement);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  if (isSubmit(event)) {
    event.preventDefault();
    decide.querySelector("[name=decide][value=next]").click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  if (!lettersWork() || event.target.closest?.(TAKES_KEYS)) return;
  const act = deed(event.key.toLowerCase());
  if (!act) return;
  event.preventDefault();
  act();
});

const box = keys.querySelector("[data-letter-keys]");
box.checked = lettersWork();
letLettersBeChosen(box);
