// Whether clips are heard: silent at first, and as the person chose for the rest of the visit.

const KEY = "paperplane-sound";
const listeners = new Set();
let on = read();

function read() {
  try {
    return sessionStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}

export const sound = {
  /** @returns {boolean} */
  get on() {
    return on;
  },

  /** @param {boolean} wanted */
  set(wanted) {
    on = wanted;
    try {
      sessionStorage.setItem(KEY, on ? "on" : "off");
    } catch {
      // Then only for this page.
    }
    for (const listener of listeners) listener();
  },

  /**
   * Hear of changes.
   * @param {() => void} listener
   * @returns {() => void} ends it
   */
  listen(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
