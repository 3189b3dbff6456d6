// The line at the bottom of a clip: how far it is, and, dragged or by the arrow keys, where to go on.

const STEP_S = 1;

function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/**
 * Keep the line of a clip in step with its video, and the video with the line.
 * @param {HTMLElement & {video: HTMLVideoElement, prepare: () => void}} clip
 * @returns {{rewind: () => void}}
 */
export function startLine(clip) {
  const { video } = clip;
  const line = clip.querySelector(".clip-line");
  const field = line.querySelector(".clip-seek");
  const time = line.querySelector(".clip-time");
  const length = () => video.duration || Number(field.max) / 1000;
  let frame = 0;

  const draw = (seconds) => field.style.setProperty("--played", seconds / length() || 0);
  const tell = (seconds) => {
    time.textContent = `${clock(seconds)} / ${clock(Math.max(1, Math.round(length())))}`;
    field.setAttribute("aria-valuetext", time.textContent);
  };
  const show = () => {
    draw(video.currentTime);
    if (line.classList.contains("scrubbing")) return;
    field.value = video.currentTime * 1000;
  };
  const follow = () => {
    cancelAnimationFrame(frame);
    show();
    if (!video.paused) frame = requestAnimationFrame(follow);
  };
  const seek = (seconds) => {
    clip.prepare();
    const to = Math.min(Math.max(0, seconds), length() - 0.05);
    video.currentTime = to;
    field.value = to * 1000;
    draw(to);
    tell(to);
  };

  for (const type of ["playing", "seeked", "pause", "loadedmetadata"])
    video.addEventListener(type, follow);
  video.addEventListener("loadedmetadata", () => {
    field.max = Math.round(video.duration * 1000);
  });
  field.addEventListener("input", () => seek(Number(field.value) / 1000));
  field.addEventListener("focus", () => tell(video.currentTime));
  field.addEventListener("pointerdown", () => line.classList.add("scrubbing"));
  for (const type of ["pointerup", "pointercancel", "change"]) {
    field.addEventListener(type, () => line.classList.remove("scrubbing"));
  }
  field.addEventListener("keydown", (event) => {
    const forwards = getComputedStyle(field).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    seek(video.currentTime + (event.key === forwards ? STEP_S : -STEP_S));
  });

  return {
    rewind() {
      field.value = 0;
      draw(0);
    },
  };
}
