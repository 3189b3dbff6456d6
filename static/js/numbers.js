const UNITS = [
  [1_000_000, "M"],
  [1000, "K"],
];

/**
 * A number in few characters, as the server writes it (videos/templatetags/videos.py): 999, 1.2K, 12K.
 * @param {number} number
 * @returns {string}
 */
export function compact(number) {
  for (const [value, letter] of UNITS) {
    if (number < value) continue;
    const tenths = Math.floor((number * 10) / value);
    return `${tenths >= 100 ? Math.floor(tenths / 10) : tenths / 10}${letter}`;
  }
  return String(number);
}
