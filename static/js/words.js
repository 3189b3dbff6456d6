// Every sentence the scripts can show. A translated page overrides them with
// <script type="application/json" id="words">{"key": "…"}</script>, which is data, not script.

const ENGLISH = {
  signedOut: "You were signed out. Sign in to go on; what you wrote is kept.",
  offline: "You’re offline. Messages wait here and are sent when you’re back.",
  offlineNow: "There’s no connection. Try again in a moment.",
  reconnecting: "Reconnecting…",
  deleted: "Message deleted for you",
  undo: "Undo",
  close: "Close",
  cancel: "Cancel",
  copied: "Copied",
  copyFailed: "Copying isn’t possible here",
  unsendTitle: "Unsend for everyone?",
  unsendText: "The message disappears for both of you.",
  unsend: "Unsend",
  deleteTitle: "Delete this conversation?",
  deleteText: "Its messages disappear for you. The other person keeps theirs.",
  delete: "Delete",
  blockTitle: "Block this person?",
  blockText: "You won’t be able to write to each other. They aren’t told.",
  block: "Block",
  retry: "Retry",
  edit: "Edit",
  discard: "Discard",
  follow: "Follow and send",
  unblock: "Unblock and send",
  notSent: "Not sent.",
  retryingIn: "It will be sent again by itself.",
  waiting: "Waiting to be sent",
  failed: "That didn’t work. Please try again.",
  tooLong: "This message is {over} characters too long. The limit is {limit}.",
  counter: "{left} left",
  fresh: "↓ {count} new",
  latest: "↓ Latest",
  today: "Today",
  yesterday: "Yesterday",
  someone: "Message",
  emojiFailed: "The emoji couldn’t be loaded",
  play: "Play",
  pause: "Pause",
  more: "more",
  less: "less",
  videoGone: "This video isn’t here any more",
  videoFailed: "This video can’t be played right now",
  newMessage: "New message from {name}",
  send: "Send",
  sendToMany: "Send to {count}",
  share: "Share",
  shared: "Sent",
  sharedMany: "Sent to {count} people",
  chooseSomeone: "Choose who to send it to.",
  yourGif: "Your GIF",
  seconds: "{count} s",
  chooseVideo: "Choose a video",
  chooseAnotherVideo: "Choose another",
  chooseVideoFirst: "Choose a video first.",
  videoTooLarge: "This file is too large: up to 100 MB.",
  videoTooLong: "This is longer than a minute. Cut it and try again.",
  videoWaiting: "Waiting for its turn. You can leave this page.",
  videoProcessing: "Processing: {percent} %. You can leave this page.",
  uploading: "Uploading: {percent} %",
  uploaded: "Uploaded. One moment …",
  uploadFailed: "The upload was interrupted. Try again; what you wrote is kept.",
};

let translated;

/**
 * Return the sentence `key` in the page's language.
 * @param {string} key one of the keys above
 * @param {Record<string, string|number>} [values] what stands for `{name}` in it
 * @returns {string}
 */
export function say(key, values = {}) {
  translated ??= JSON.parse(document.getElementById("words")?.textContent || "{}");
  const sentence = translated[key] ?? ENGLISH[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}
