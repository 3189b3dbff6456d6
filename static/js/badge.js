// How many conversations are unread: on the navigation, in the title, on the tab's icon.

const COUNTED = /^\(\d+\) /;
let unread = 0;

/** Put the count into the title again, after something else has set it. */
export function countTitle() {
  const bare = document.title.replace(COUNTED, "");
  const title = unread ? `(${unread}) ${bare}` : bare;
  if (document.title !== title) document.title = title;
}

function markIcon() {
  const icon = document.querySelector('link[rel="icon"]');
  if (!icon?.dataset.unreadHref) return;
  icon.dataset.readHref ??= icon.getAttribute("href");
  const href = unread ? icon.dataset.unreadHref : icon.dataset.readHref;
  if (icon.getAttribute("href") !== href) icon.setAttribute("href", href);
}

/** @param {number} count conversations with something unread */
export function setBadge(count) {
  unread = count;
  for (const badge of document.querySelectorAll("[data-badge]")) {
    badge.textContent = count;
    badge.hidden = count === 0;
  }
  countTitle();
  markIcon();
}

/** @returns {number} */
export const badge = () => unread;
