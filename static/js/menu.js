// Menus are <details>: they open without a script. This closes them again, and lets keys walk in them.

const openMenus = () => document.querySelectorAll("details.menu[open]");
const itemsOf = (menu) =>
  [...menu.querySelectorAll(".menu-items :is(a, button)")].filter((item) => item.offsetParent);

function close(menu, { focus = false } = {}) {
  menu.open = false;
  if (focus) menu.querySelector("summary").focus();
}

function step(menu, key) {
  const items = itemsOf(menu);
  const here = items.indexOf(document.activeElement);
  const to = { ArrowDown: here + 1, ArrowUp: here < 0 ? -1 : here - 1, Home: 0, End: -1 }[key];
  items.at(to % items.length)?.focus();
}

/**
 * Open a menu from elsewhere than its own button, and step into it.
 * @param {HTMLDetailsElement} menu
 */
export function openMenu(menu) {
  menu.open = true;
  itemsOf(menu)[0]?.focus({ preventScroll: true });
}

/** Look after all menus of the page, those that come later too. */
export function startMenus() {
  document.addEventListener(
    "toggle",
    ({ target }) => {
      if (!target.matches?.("details.menu") || !target.open) return;
      for (const menu of openMenus()) if (menu !== target) close(menu);
    },
    true,
  );
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) {
      const isChoice = event.target.closest(".menu-items :is(a, button)");
      if (isChoice || !menu.contains(event.target)) close(menu);
    }
  });
  // Before anyone else hears of the key: an Escape closes one thing.
  document.addEventListener(
    "keydown",
    (event) => {
      const menu = document.activeElement?.closest("details.menu[open]") ?? openMenus()[0];
      if (!menu) return;
      if (event.key === "Escape") close(menu, { focus: true });
      else if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) step(menu, event.key);
      else return;
      event.preventDefault();
    },
    true,
  );
}
