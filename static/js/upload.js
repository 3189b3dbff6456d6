// The upload page: a look at the file before it is sent, how far it is, and what becomes of it.

import { get } from "./http.js";
import { sendFile } from "./send-file.js";
import { say } from "./words.js";

const MAX_BYTES = 100 * 1024 * 1024;
const MAX_SECONDS = 60.5;
const ASK_EVERY_MS = 1000;

function startUpload(form) {
  const { file: input } = form.elements;
  const drop = form.querySelector(".drop");
  const preview = form.querySelector(".drop-preview");
  const error = form.querySelector(".field-error");
  const bar = form.querySelector(".upload-progress");
  const cancel = form.querySelector(".upload-cancel");
  const send = form.querySelector(".upload-send");
  let url = "";
  let sending = null;

  const complain = (words) => {
    error.textContent = words;
  };
  const tell = (words, percent) => {
    bar.hidden = !words;
    cancel.hidden = !words;
    send.disabled = Boolean(words);
    bar.querySelector("progress").value = percent;
    bar.querySelector("[role=status]").textContent = words;
  };
  const show = () => {
    const [chosen] = input.files;
    if (url) URL.revokeObjectURL(url);
    url = chosen ? URL.createObjectURL(chosen) : "";
    complain(chosen && chosen.size > MAX_BYTES ? say("videoTooLarge") : "");
    drop.classList.toggle("chosen", Boolean(chosen));
    drop.querySelector(".drop-title").textContent = say(
      chosen ? "chooseAnotherVideo" : "chooseVideo",
    );
    preview.hidden = !chosen;
    preview.src = url;
    if (chosen && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      preview.play().catch(() => {});
    }
    const name = form.querySelector(".drop-name");
    name.hidden = !chosen;
    name.textContent = chosen?.name ?? "";
  };

  input.addEventListener("change", show);
  preview.addEventListener("loadedmetadata", () => {
    if (Number.isFinite(preview.duration) && preview.duration > MAX_SECONDS) {
      complain(say("videoTooLong"));
    }
  });
  for (const type of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", type === "dragover");
      if (type !== "drop" || !event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      show();
    });
  }
  cancel.addEventListener("click", () => sending?.abort());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!input.files.length) {
      complain(say("chooseVideoFirst"));
      return input.focus();
    }
    if (error.textContent) return input.focus();
    sending = new AbortController();
    const { signal } = sending;
    const progress = (percent) =>
      tell(percent < 100 ? say("uploading", { percent }) : say("uploaded"), percent);
    progress(0);
    try {
      const video = await sendFile(form.action, new FormData(form), { signal, progress });
      location.assign(video.status_url);
    } catch (problem) {
      tell("", 0);
      complain(signal.aborted ? "" : problem.detail || say("uploadFailed"));
    }
    sending = null;
  });
  // Leaving would end it; once it is on the server that does no harm.
  addEventListener("beforeunload", (event) => sending && event.preventDefault());
}

async function follow(state) {
  const { status } = state.dataset;
  while (document.contains(state)) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    const about = await get(status).catch(() => null);
    if (!about) continue;
    if (about.state === "failed") return location.reload();
    if (about.state === "ready") {
      if (document.querySelector("form.upload")) return state.closest("li")?.remove();
      return location.replace(about.url);
    }
    state.querySelector("progress").value = about.progress;
    const key = about.state === "waiting" ? "videoWaiting" : "videoProcessing";
    state.querySelector("[role=status]").textContent = say(key, { percent: about.progress });
  }
}

const form = document.querySelector("form.upload");
if (form) startUpload(form);
for (const state of document.querySelectorAll(".upload-state")) {
  if (["waiting", "processing"].includes(state.dataset.state)) follow(state);
}
