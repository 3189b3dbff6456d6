const HEART_MS = 600;
const FRAMES = [
  { opacity: 0, transform: "translate(-50%, -50%) scale(0.3)" },
  { opacity: 1, transform: "translate(-50%, -50%) scale(1.1)", offset: 0.25 },
  { opacity: 1, transform: "translate(-50%, -50%) scale(1.1)", offset: 0.6 },
  { opacity: 0, transform: "translate(-50%, -70%) scale(0.9)" },
];

/**
 * Let a heart land on a bubble. It floats above the page, since the server's answer replaces the
 * message it belongs to while it is still falling.
 * @param {Element} bubble
 * @param {{at?: DOMRect, size?: number}} [options] `at`: where else than in its middle; `size` in pixels
 */
export function landHeart(bubble, { at = bubble.getBoundingClientRect(), size = 44 } = {}) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const { left, top, width, height } = at;
  const heart = document.createElement("span");
  heart.textContent = "♥";
  heart.ariaHidden = "true";
  Object.assign(heart.style, {
    position: "fixed",
    left: `${left + width / 2}px`,
    top: `${top + height / 2}px`,
    zIndex: 30,
    color: "var(--accent-ink)",
    fontSize: `${size}px`,
    lineHeight: 1,
    pointerEvents: "none",
  });
  document.body.append(heart);
  heart
    .animate(FRAMES, { duration: HEART_MS, easing: "ease-out" })
    .finished.finally(() => heart.remove());
}
