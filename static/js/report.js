// Links to report something open in a dialog; without a script they are pages.

import { notify } from "./notices.js";
import { say } from "./words.js";

/** Let every link with `data-report` open the dialog, those that come later too. */
export function startReports() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-report]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const { openReport } = await import("./report-dialog.js");
      await openReport(link.href);
    } catch (problem) {
      notify({ text: problem.detail || say(problem.status === 0 ? "offlineNow" : "failed") });
    }
  });
}
