// Whether clips are heard: silent at first, and as the person chose for the rest of the visit.

const KEY = "paperplane-sound";
const listeners = new Set();
let wanted = read();
// The browser forbids sound on a page nobody has touched yet.
let forbidden = false;

function read() {
  try {
    return sessionStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}

function tell() {
  for (const listener of listeners) listener();
}

function allow() {
  for (const type of ["click", "keydown"]) removeEventListener(type, allow);
  if (!forbidden) return;
  forbidden = false;
  tell();
}

export const sound = {
  /** @returns {boolean} */
  get on() {
    return wanted && !forbidden;
  },

  /** @param {boolean} on */
  set(on) {
    wanted = on;
    forbidden = false;
    try {
      sessionStorage.setItem(KEY, on ? "on" : "off");
    } catch {
      // Then only for this page.
    }
    tell();
  },

  /** The browser refused: silent until the page is touched. */
  forbid() {
    forbidden = true;
    // On the window: whoever the touch is meant for hears of it first, and may turn the sound on itself.
    for (const type of ["click", "keydown"]) addEventListener(type, allow);
    tell();
  },

  /**
   * Hear of changes.
   * @param {() => void} listener
   */
  listen(listener) {
    listeners.add(listener);
  },
};
