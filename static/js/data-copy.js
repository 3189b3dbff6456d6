// The page of one's data: how far the copy is that is being prepared.

import { get } from "./http.js";

const ASK_EVERY_MS = 1000;

async function follow(copy) {
  while (document.contains(copy)) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    const about = await get(copy.dataset.copyStatus).catch(() => null);
    if (!about) continue;
    if (!["waiting", "working"].includes(about.state)) return location.reload();
    copy.querySelector("progress").value = about.progress;
    const status = copy.querySelector("[role=status]");
    if (status.textContent !== about.detail) status.textContent = about.detail;
  }
}

for (const copy of document.querySelectorAll("[data-copy-status]")) follow(copy);
