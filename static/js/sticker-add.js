// Adding a sticker of one's own: the server's form in a dialog, with a look at the file before it is sent.

import { Problem } from "./http.js";
import { notify } from "./notices.js";
import { sendFile } from "./send-file.js";
import { openSheet } from "./sheet-dialog.js";
import { fetchPart } from "./sheet-part.js";
import { shrunk } from "./shrink.js";
import { loadStyle } from "./styles.js";
import { say } from "./words.js";

const MAX_BYTES = 3 * 1024 * 1024;
const LONGEST_S = 3;

/** The form, and the file that was chosen in it. */
class StickerForm {
  #url = "";

  /** @param {HTMLFormElement} form @param {(sticker: object) => void} added */
  constructor(form, added) {
    this.form = form;
    this.added = added;
    this.input = form.elements.file;
    this.place = form.querySelector(".sticker-preview");
    this.start = form.querySelector(".sticker-start");
    this.error = form.querySelector(".sticker-error");
    this.sending = new AbortController();
    form.noValidate = true;
    this.input.addEventListener("change", () => this.#chosen());
    this.start.querySelector("input").addEventListener("input", () => this.#seek());
    form.addEventListener("submit", (event) => this.#submit(event));
  }

  /** @param {FileList} files dropped or pasted: the first is taken */
  take(files) {
    if (!files.length) return;
    const one = new DataTransfer();
    one.items.add(files[0]);
    this.input.files = one.files;
    this.#chosen();
  }

  /** Call off what is on its way. */
  end() {
    this.sending.abort();
    URL.revokeObjectURL(this.#url);
  }

  async #chosen() {
    let [file] = this.input.files;
    this.#complain("");
    this.file = null;
    this.start.hidden = true;
    this.form.classList.toggle("chosen", Boolean(file));
    URL.revokeObjectURL(this.#url);
    if (!file) return this.place.replaceChildren();
    // A phone's take is larger than a sticker may be; an animation would lose what moves.
    const still = file.type.startsWith("image/") && !/gif|webp/.test(file.type);
    if (still && file.size > MAX_BYTES) file = await shrunk(file, { bytes: MAX_BYTES, side: 1024 });
    this.file = file;
    this.#url = URL.createObjectURL(file);
    this.place.replaceChildren(this.#preview(file));
    if (file.size > MAX_BYTES) this.#complain(say("stickerTooLarge"));
  }

  #preview(file) {
    if (!file.type.startsWith("video/")) {
      const img = new Image();
      Object.assign(img, { src: this.#url, alt: say("stickerPreview"), draggable: false });
      img.addEventListener("error", () => img.remove());
      return img;
    }
    const video = document.createElement("video");
    Object.assign(video, { src: this.#url, muted: true, autoplay: true, playsInline: true });
    video.ariaLabel = say("stickerPreview");
    video.addEventListener("loadedmetadata", () => {
      const last = video.duration - LONGEST_S;
      this.start.hidden = !(last > 0 && Number.isFinite(last));
      Object.assign(this.start.querySelector("input"), { max: last.toFixed(1), value: 0 });
      this.#seek();
    });
    // Over and over, what the sticker will show.
    video.addEventListener("timeupdate", () => {
      if (video.currentTime > this.#from + LONGEST_S || video.ended) this.#seek();
    });
    video.addEventListener("ended", () => this.#seek());
    return video;
  }

  get #from() {
    return this.start.hidden ? 0 : Number(this.start.querySelector("input").value);
  }

  #seek() {
    this.start.querySelector("output").textContent = say("seconds", { count: this.#from });
    const video = this.place.querySelector("video");
    if (!video) return;
    video.currentTime = this.#from;
    video.play().catch(() => {});
  }

  async #submit(event) {
    event.preventDefault();
    const { form } = this;
    if (!this.file) {
      this.#complain(say("stickerFirst"));
      return this.input.focus();
    }
    if (this.file.size > MAX_BYTES) return this.#complain(say("stickerTooLarge"));
    const data = new FormData(form);
    data.set("file", this.file, this.file.name || "sticker");
    data.set("start", this.#from);
    const { signal } = this.sending;
    this.#complain("");
    this.#progress(0);
    try {
      const progress = (percent) => this.#progress(percent);
      this.added(await sendFile(form.action, data, { signal, progress }));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.#progress(null);
      if (!signal.aborted) this.#complain(problem.detail || say("stickerFailed"));
    }
  }

  #progress(percent) {
    const bar = this.form.querySelector(".sticker-progress");
    bar.hidden = percent === null;
    this.form.querySelector(".sticker-send").disabled = percent !== null;
    if (percent === null) return;
    bar.querySelector("progress").value = percent;
    const words = percent < 100 ? say("uploading", { percent }) : say("stickerMaking");
    bar.querySelector("[role=status]").textContent = words;
  }

  #complain(words) {
    this.error.textContent = words;
  }
}

/**
 * Ask for a file and a description, and make a sticker of them.
 * @param {string} url of the page with the form
 * @returns {Promise<{id: string}|null>} null where nothing was added
 */
export async function addSticker(url) {
  let content;
  try {
    [content] = await Promise.all([fetchPart(url), loadStyle("sticker-form.css")]);
  } catch (problem) {
    notify({ text: problem.detail || say("offlineNow") });
    return null;
  }
  const form = content.querySelector("form");
  const dialog = await openSheet({ title: say("addSticker"), content });
  if (!form) return null;
  let sticker = null;
  const filled = new StickerForm(form, (made) => {
    sticker = made;
    dialog.close();
  });
  for (const type of ["dragover", "drop"]) {
    dialog.addEventListener(type, (event) => {
      event.preventDefault();
      if (type === "drop") filled.take(event.dataTransfer.files);
    });
  }
  dialog.addEventListener("paste", ({ clipboardData }) => filled.take(clipboardData.files));
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      filled.end();
      resolve(sticker);
    });
  });
}
