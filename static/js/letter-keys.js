// Whether single letters do something. Who dictates, or hits keys by chance, switches them off (WCAG 2.1.4).

const LETTERS_KEY = "paperplane-letter-keys";

/** @returns {boolean} whether they do; a browser that keeps nothing keeps them on */
export function lettersWork() {
  try {
    return localStorage.getItem(LETTERS_KEY) !== "off";
  } catch {
    return true;
  }
}

/** @param {HTMLInputElement} box a checkbox that shows whether they do, and switches them */
export function letLettersBeChosen(box) {
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(LETTERS_KEY, box.checked ? "on" : "off");
    } catch {
      // They stay on.
    }
  });
}
