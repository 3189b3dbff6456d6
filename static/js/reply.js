// The bar above the composer that says which message is answered.

/**
 * What an entry says, for a quote of it.
 * @param {HTMLLIElement} entry
 * @returns {{id: string, name: string, text: string}}
 */
export function quoteOf(entry) {
  const bubble = entry.querySelector(".bubble");
  return {
    id: entry.dataset.id,
    name: bubble.querySelector(".visually-hidden bdi")?.textContent ?? "",
    text: bubble.querySelector(".body").textContent.slice(0, 120),
  };
}

/** The reply bar of one composer form, which the form's fields remember. */
export class ReplyBar {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.bar = form.querySelector(".reply-bar");
  }

  /** @returns {{id: string, name: string, text: string}|null} what is answered */
  get quote() {
    const id = this.form.elements.reply_to.value;
    if (!id) return null;
    const text = (selector) => this.bar.querySelector(selector).textContent;
    return { id, name: text(".reply-name"), text: text(".reply-text") };
  }

  /** @param {{id: string, name: string, text: string}|null} quote null: nothing in particular */
  set quote(quote) {
    this.form.elements.reply_to.value = quote?.id ?? "";
    this.bar.querySelector(".reply-name").textContent = quote?.name ?? "";
    this.bar.querySelector(".reply-text").textContent = quote?.text ?? "";
    this.bar.hidden = !quote;
  }
}
