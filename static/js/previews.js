// A poster in a grid moves while it is pointed at or has the focus, where movement is welcome.

const still = matchMedia("(prefers-reduced-motion: reduce)");

function start(link) {
  const image = link.querySelector("img");
  if (still.matches || navigator.connection?.saveData || link.dataset.poster) return;
  link.dataset.poster = image.src;
  const preview = new Image();
  preview.src = link.dataset.preview;
  // Loaded first: the poster stands until the first moving picture is there.
  preview.decode().then(
    () => {
      if (link.dataset.poster) image.src = preview.src;
    },
    () => {},
  );
}

function end(link) {
  if (!link.dataset.poster) return;
  link.querySelector("img").src = link.dataset.poster;
  delete link.dataset.poster;
}

const linkAt = ({ target }) => target.closest?.("[data-preview]");

for (const type of ["pointerover", "focusin"]) {
  document.addEventListener(type, (event) => {
    const link = linkAt(event);
    if (link && event.pointerType !== "touch") start(link);
  });
}
for (const type of ["pointerout", "focusout"]) {
  document.addEventListener(type, (event) => {
    const link = linkAt(event);
    if (link && !link.contains(event.relatedTarget)) end(link);
  });
}
