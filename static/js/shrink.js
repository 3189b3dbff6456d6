// Pictures made smaller before they travel: a phone's take minutes on a slow line. The server does all of it
// again, so whatever can't be done here doesn't have to be.

const MAX_SIDE_PX = 4096;
const MAX_BYTES = 8 * 1024 * 1024;
const SMALLER_SIDE_PX = 3072; // the server keeps 2048
const QUALITY = 0.9;
const READ_BY_SERVER = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];

async function opened(file) {
  const img = new Image();
  img.src = URL.createObjectURL(file);
  // Its size is known before it is decoded.
  await new Promise((resolve, reject) => {
    Object.assign(img, { onload: resolve, onerror: reject });
  });
  return img;
}

function drawn(img, file, longest) {
  const { naturalWidth: width, naturalHeight: height } = img;
  const scale = Math.min(1, longest / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  // Turned as the camera was held: that is how an image is drawn.
  canvas.getContext("2d").drawImage(img, 0, 0, canvas.width, canvas.height);
  const type = /png|webp|avif/.test(file.type) ? "image/webp" : "image/jpeg";
  return new Promise((resolve) => {
    canvas.toBlob(resolve, type, QUALITY);
  });
}

/**
 * Return the picture in `file` as small as it has to be, in a format the server reads if this browser can.
 * @param {File} file
 * @param {{bytes?: number, side?: number}} [most] how large it may stay, and how many pixels long it becomes else
 * @returns {Promise<Blob>} `file` itself where there is nothing to do, or nothing that can be done
 */
export async function shrunk(file, { bytes = MAX_BYTES, side = SMALLER_SIDE_PX } = {}) {
  let img;
  try {
    img = await opened(file);
    const { naturalWidth: width, naturalHeight: height } = img;
    const large = file.size > bytes || Math.max(width, height) > MAX_SIDE_PX;
    if (!large && READ_BY_SERVER.includes(file.type)) return file;
    const smaller = await drawn(img, file, side);
    return smaller && (smaller.size < file.size || !READ_BY_SERVER.includes(file.type))
      ? smaller
      : file;
  } catch {
    return file;
  } finally {
    if (img) URL.revokeObjectURL(img.src);
  }
}
