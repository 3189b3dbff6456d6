// Times in the reader's own zone and language. The server writes UTC; a page without JS shows that.

const DAY_MS = 86_400_000;
const formats = new Map();

// The page's language, in the reader's own variety of it: en-GB has another clock than en-US.
function language() {
  const { lang } = document.documentElement;
  const [base] = lang.split("-");
  return navigator.languages.find((own) => own.split("-")[0] === base) ?? (lang || undefined);
}

function format(name, options) {
  const lang = language();
  const key = `${lang} ${name}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(lang, options));
  return formats.get(key);
}

/** @param {Date} date @returns {string} hours and minutes */
export const clock = (date) => format("clock", { hour: "numeric", minute: "2-digit" }).format(date);

/** @param {Date} date @returns {string} `2026-11-25`, in the reader's zone */
export function localDay(date) {
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());

function daysAgo(date) {
  return Math.round((midnight(new Date()) - midnight(date)) / DAY_MS);
}

function capital(text) {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** @param {Date} date @returns {string} Today, Yesterday, Monday, 25 November, 25 November 2024 */
export function dayWords(date) {
  const ago = daysAgo(date);
  if (ago === 0 || ago === 1) {
    return capital(
      new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(-ago, "day"),
    );
  }
  if (ago > 1 && ago < 7) return capital(format("weekday", { weekday: "long" }).format(date));
  if (date.getFullYear() === new Date().getFullYear()) {
    return format("month", { day: "numeric", month: "long" }).format(date);
  }
  return format("year", { day: "numeric", month: "long", year: "numeric" }).format(date);
}

/** @param {Date} date @returns {string} for lists: 9:41, Mon, 25 Nov, 25/11/2024 */
export function short(date) {
  const ago = daysAgo(date);
  if (ago <= 0) return clock(date);
  if (ago < 7) return format("short-weekday", { weekday: "short" }).format(date);
  if (date.getFullYear() === new Date().getFullYear()) {
    return format("short-month", { day: "numeric", month: "short" }).format(date);
  }
  return format("short-year", { dateStyle: "short" }).format(date);
}

const full = (date) => format("full", { dateStyle: "full", timeStyle: "short" }).format(date);

function kindOf(time) {
  if (time.dataset.format) return time.dataset.format;
  // A day without a time of day is the same day everywhere; li.day is runs.js's own.
  if (!time.dateTime.includes("T")) return "";
  return time.closest(".message") ? "clock" : "short";
}

const WRITE = { clock, short, day: dayWords, full };

/**
 * Rewrite every `<time>` in `root` in the reader's zone.
 * @param {ParentNode} [root]
 */
export function localise(root = document) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const write = WRITE[kindOf(time)];
    const date = new Date(time.dateTime);
    if (!write || Number.isNaN(date.getTime())) continue;
    const words = write(date);
    if (time.textContent !== words) time.textContent = words;
    time.title = full(date);
  }
}
