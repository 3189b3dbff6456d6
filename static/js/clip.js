// One clip on its stage: <dm-clip>. It plays, pauses, seeks and says what is wrong; which one of them
// plays is decided in watch.js.

import { showGone } from "./clip-gone.js";
import { startLine } from "./clip-line.js";
import { startTaps } from "./clip-taps.js";
import { sound } from "./sound.js";
import { say } from "./words.js";

const PLAYING = new Set(["playing", "loading"]);

class Clip extends HTMLElement {
  connectedCallback() {
    if (this.video) return;
    this.video = this.querySelector("video");
    this.surface = this.querySelector(".clip-surface");
    this.url = this.video.getAttribute("src");
    // Nothing is loaded before it is wanted, and the controls are our own.
    this.video.removeAttribute("src");
    this.video.controls = false;
    this.state = "idle";
    this.line = startLine(this);
    startTaps(this);
    this.#startSound();
    this.#startUnfolding();
    this.#watchVideo();
  }

  disconnectedCallback() {
    this.release();
  }

  /** @returns {"idle"|"loading"|"playing"|"paused"|"gone"|"failed"} */
  get state() {
    return this.dataset.state;
  }

  set state(state) {
    if (this.state === state) return;
    this.dataset.state = state;
    this.surface.ariaLabel = say(PLAYING.has(state) ? "pause" : "play");
    this.dispatchEvent(new Event("clip:state", { bubbles: true }));
  }

  /** @returns {boolean} whether it plays, or will as soon as there is enough of it */
  get plays() {
    return PLAYING.has(this.state);
  }

  /** @returns {boolean} whether there is nothing to play */
  get broken() {
    return this.state === "gone" || this.state === "failed";
  }

  /** Load its beginning, so that it starts at once. */
  prepare() {
    if (this.broken || this.video.hasAttribute("src")) return;
    this.video.preload = "auto";
    this.video.src = this.url;
  }

  /** Play it: with sound if that was wanted on this visit and the browser lets it. */
  async play() {
    if (this.broken) return;
    this.prepare();
    this.state = "loading";
    this.video.muted = !sound.on;
    try {
      await this.video.play();
    } catch (error) {
      if (error.name !== "NotAllowedError") return;
      // Sound before any gesture on this page; the silent film may run.
      if (!this.video.muted) {
        sound.forbid();
        this.play();
      } else this.state = "paused";
    }
  }

  pause() {
    if (this.plays) this.state = "paused";
    this.video.pause();
  }

  toggle() {
    if (this.plays) this.pause();
    else this.play();
  }

  /** Give back what was loaded: memory, and the connection. */
  release() {
    if (!this.video.hasAttribute("src")) return;
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.load();
    this.line.rewind();
    if (!this.broken) this.state = "idle";
  }

  /** Try once more what couldn't be played. */
  retry() {
    this.querySelector(".clip-gone")?.remove();
    this.state = "idle";
    this.release();
    this.play();
  }

  #watchVideo() {
    const { video } = this;
    const on = (type, heard) => video.addEventListener(type, heard);
    on("playing", () => {
      this.state = "playing";
    });
    on("waiting", () => {
      if (this.plays) this.state = "loading";
    });
    on("pause", () => {
      // Also by a headset's button, or because the system needs the sound.
      if (this.plays && video.hasAttribute("src") && !video.ended) this.state = "paused";
    });
    on("error", () => {
      if (video.hasAttribute("src")) showGone(this);
    });
  }

  #startSound() {
    const button = this.querySelector(".clip-sound");
    const show = () => {
      this.video.muted = !sound.on;
      if (button) button.ariaPressed = String(sound.on);
    };
    button?.addEventListener("click", () => sound.set(!sound.on));
    sound.listen(show);
    show();
  }

  #startUnfolding() {
    const button = this.querySelector(".clip-unfold");
    const caption = this.querySelector(".clip-caption");
    if (!button) return;
    const measure = () => {
      const folded = !this.classList.contains("unfolded");
      button.hidden = folded && caption.scrollHeight <= caption.clientHeight + 1;
    };
    new ResizeObserver(measure).observe(caption);
    button.addEventListener("click", () => {
      const unfolded = this.classList.toggle("unfolded");
      button.ariaExpanded = String(unfolded);
      button.textContent = say(unfolded ? "less" : "more");
    });
  }
}

customElements.define("dm-clip", Clip);
