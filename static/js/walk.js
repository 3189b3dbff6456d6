// Walking a grid with the arrow keys, whatever its rows look like.

const middle = ({ left, right }) => (left + right) / 2;

// Of those that follow in reading order: in the first row that begins past `here`, the one nearest to it.
function nearest(others, here, isPast) {
  let best;
  for (const one of others) {
    const box = one.getBoundingClientRect();
    if (!isPast(box)) continue;
    if (best && Math.abs(box.top - best.top) > 1) break;
    const away = Math.abs(middle(box) - middle(here));
    if (!best || away < best.away) best = { one, away, top: box.top };
  }
  return best?.one;
}

/**
 * Return where `key` leads from one of a grid's elements.
 * @param {HTMLElement[]} all in their order
 * @param {HTMLElement} from
 * @param {string} key of a keyboard event
 * @returns {HTMLElement|undefined} nothing where it leads nowhere
 */
export function neighbour(all, from, key) {
  const place = all.indexOf(from);
  const before = all.slice(0, place).reverse();
  const after = all.slice(place + 1);
  const here = from.getBoundingClientRect();
  const rtl = getComputedStyle(from).direction === "rtl";
  switch (key) {
    case "Home":
      return all[0];
    case "End":
      return all.at(-1);
    case "ArrowRight":
      return (rtl ? before : after)[0];
    case "ArrowLeft":
      return (rtl ? after : before)[0];
    case "ArrowDown":
      return nearest(after, here, (box) => box.top >= here.bottom);
    case "ArrowUp":
      return nearest(before, here, (box) => box.bottom <= here.top);
    default:
      return undefined;
  }
}
