// How the content of a message looks that is on its way: what the server will draw, from what is known here.

function image({ url, width, height, alt = "" }, className) {
  const img = document.createElement("img");
  Object.assign(img, { src: url, width, height, alt, className, draggable: false });
  return img;
}

function photos(list) {
  const box = document.createElement("div");
  box.className = "photos";
  box.dataset.count = list.length;
  for (const photo of list) {
    const frame = document.createElement("span");
    frame.className = "photo";
    frame.style.setProperty("--ratio", `${photo.width} / ${photo.height}`);
    frame.append(image(photo, ""));
    box.append(frame);
  }
  return box;
}

/**
 * Draw what a pending message carries besides words.
 * @param {{picture?: object, photos?: object[]}} [look] each picture with `url`, `width`, `height` (pixels), `alt`
 * @returns {HTMLElement[]}
 */
export function drawn({ picture, photos: list } = {}) {
  return [picture && image(picture, "picture"), list?.length && photos(list)].filter(Boolean);
}
