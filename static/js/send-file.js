// A form with files, sent with word of how far it is; fetch can't tell that.

import { Problem } from "./http.js";
import { signedOut } from "./session.js";

/**
 * POST `data` as a form with files.
 * @param {string} url
 * @param {FormData} data
 * @param {{signal?: AbortSignal, progress?: (percent: number) => void}} [options]
 * @returns {Promise<any>} the parsed JSON
 * @throws {Problem} also of status 0: nothing came back, or it was called off
 */
export function sendFile(url, data, { signal, progress = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
    request.setRequestHeader("X-CSRFToken", token);
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      progress(Math.floor((100 * loaded) / total)),
    );
    request.addEventListener("load", () => {
      const { status, response } = request;
      if (status === 401) signedOut();
      if (status >= 200 && status < 300) resolve(response);
      else reject(new Problem({ ...response, status }));
    });
    for (const end of ["error", "abort", "timeout"]) {
      request.addEventListener(end, () => reject(new Problem()));
    }
    signal?.addEventListener("abort", () => request.abort());
    request.send(data);
  });
}
