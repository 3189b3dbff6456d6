// Fingers, mouse and wheel on the photo in the viewer: swipe to the next one, swipe down to close, pinch, double
// tap and wheel to look closer, drag to look around.

const SWIPE_PX = 60;
const MOVED_PX = 8;
const DOUBLE_TAP_MS = 300;
const CLOSER = 2.5;
const MOST = 5;

const middle = ([a, b]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const apart = ([a, b]) => Math.hypot(a.x - b.x, a.y - b.y);

/** How near, and how far off the middle, the photo is looked at. */
class View {
  scale = 1;
  x = 0;
  y = 0;

  constructor(stage, image) {
    this.stage = stage;
    this.image = image;
  }

  draw(shift = { x: 0, y: 0 }) {
    const { scale, image } = this;
    image.style.transform = `translate(${this.x + shift.x}px, ${this.y + shift.y}px) scale(${scale})`;
    this.stage.classList.toggle("zoomed", scale > 1);
  }

  // What is under `point` stays there.
  zoom(scale, point) {
    const next = Math.min(MOST, Math.max(1, scale));
    const box = this.stage.getBoundingClientRect();
    const from = { x: point.x - box.x - box.width / 2, y: point.y - box.y - box.height / 2 };
    this.x = from.x - ((from.x - this.x) * next) / this.scale;
    this.y = from.y - ((from.y - this.y) * next) / this.scale;
    this.scale = next;
    this.move(0, 0);
  }

  // Not further than its edges.
  move(dx, dy) {
    const { image, stage, scale } = this;
    const room = (size, whole) => Math.max(0, (size * scale - whole) / 2);
    const most = {
      x: room(image.offsetWidth, stage.clientWidth),
      y: room(image.offsetHeight, stage.clientHeight),
    };
    this.x = Math.min(most.x, Math.max(-most.x, this.x + dx));
    this.y = Math.min(most.y, Math.max(-most.y, this.y + dy));
    this.draw();
  }

  reset() {
    this.scale = 1;
    this.x = 0;
    this.y = 0;
    this.draw();
  }
}

/**
 * Watch the stage of a viewer.
 * @param {HTMLElement} stage fills the window
 * @param {HTMLImageElement} image in the middle of it
 * @param {{step: (by: number) => void, close: () => void}} to
 * @returns {{reset: () => void, zoomBy: (factor: number) => void}}
 */
export function watchTouch(stage, image, { step, close }) {
  const view = new View(stage, image);
  /** @type {Map<number, {x: number, y: number}>} */
  const fingers = new Map();
  let start = null;
  let moved = false;
  let tappedAt = 0;
  const on = (type, heard, options) => stage.addEventListener(type, heard, options);
  const center = () => {
    const { x, y, width, height } = stage.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  };
  const toggle = (point) => (view.scale > 1 ? view.reset() : view.zoom(CLOSER, point));

  const pinch = (id, point) => {
    const before = [...fingers.values()];
    fingers.set(id, point);
    const after = [...fingers.values()];
    const [from, to] = [middle(before), middle(after)];
    view.zoom((view.scale * apart(after)) / Math.max(1, apart(before)), to);
    view.move(to.x - from.x, to.y - from.y);
  };
  const drag = (id, point) => {
    const before = fingers.get(id);
    fingers.set(id, point);
    if (view.scale > 1) return view.move(point.x - before.x, point.y - before.y);
    const [dx, dy] = [point.x - start.x, point.y - start.y];
    // Along one line: to the sides, or down.
    view.draw(Math.abs(dx) > Math.abs(dy) ? { x: dx, y: 0 } : { x: 0, y: Math.max(0, dy) });
  };
  const swipe = ({ x, y }) => {
    const [dx, dy] = [x - start.x, y - start.y];
    const rtl = getComputedStyle(stage).direction === "rtl" ? -1 : 1;
    view.draw();
    if (Math.abs(dx) > Math.abs(dy) && Math.abs(dx) > SWIPE_PX) step(dx < 0 ? rtl : -rtl);
    else if (dy > SWIPE_PX && dy > Math.abs(dx)) close();
  };

  on("pointerdown", (event) => {
    if (event.button) return;
    const point = { x: event.clientX, y: event.clientY };
    if (!fingers.size) moved = false;
    else moved = true;
    fingers.set(event.pointerId, point);
    start = { ...point, alone: fingers.size === 1, zoomed: view.scale > 1 };
    stage.setPointerCapture?.(event.pointerId);
    stage.classList.add("held");
  });
  on("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const point = { x: event.clientX, y: event.clientY };
    if (Math.hypot(point.x - start.x, point.y - start.y) > MOVED_PX) moved = true;
    if (fingers.size === 2) pinch(event.pointerId, point);
    else if (moved) drag(event.pointerId, point);
  });
  const end = (event) => {
    if (!fingers.delete(event.pointerId) || fingers.size) return;
    stage.classList.remove("held");
    const { alone, zoomed } = start;
    if (event.type === "pointercancel") view.draw();
    else if (moved && alone && !zoomed) swipe({ x: event.clientX, y: event.clientY });
    else if (!moved && event.pointerType !== "mouse") {
      const now = performance.now();
      if (now - tappedAt < DOUBLE_TAP_MS) toggle({ x: event.clientX, y: event.clientY });
      tappedAt = now;
    }
  };
  on("pointerup", end);
  on("pointercancel", end);
  on("dblclick", (event) => {
    if (event.sourceCapabilities?.firesTouchEvents) return;
    toggle({ x: event.clientX, y: event.clientY });
  });
  // The click that ends a drag means nothing.
  on("click", (event) => moved && event.stopPropagation(), { capture: true });
  on(
    "wheel",
    (event) => {
      event.preventDefault();
      const point = { x: event.clientX, y: event.clientY };
      if (event.ctrlKey) view.zoom(view.scale * Math.exp(-event.deltaY / 100), point);
      else view.move(-event.deltaX, -event.deltaY);
    },
    { passive: false },
  );
  return {
    reset: () => view.reset(),
    zoomBy: (factor) => view.zoom(view.scale * factor, center()),
  };
}
