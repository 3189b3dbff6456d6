// A picker of emoji in the reader's language. Load this module when it is wanted: what it needs is large.

const VENDOR = "../vendor/emoji-picker-element";
// The languages emoji can be searched for in, and those the picker itself speaks; elsewhere it speaks English.
const LANGUAGES = "da de en es fi fr hu it ja ko nb nl pl pt ru sv uk zh zh-hant".split(" ");
const WORDS = "de es fr hu it ja nl pl pt_BR pt_PT ru_RU zh_CN".split(" ");
const DEFAULT_WORDS = { pt: "pt_PT", ru: "ru_RU", zh: "zh_CN" };
const ALIASES = { nn: "nb", no: "nb" };

/**
 * Choose the first language the reader names that there are emoji names in, else English.
 * @param {readonly string[]} tags the reader's languages, the best first
 * @returns {{locale: string, words: string}} the data's file, and the one of the picker's own words or ""
 */
export function chooseLanguage(tags) {
  for (const tag of tags) {
    let language, script, region;
    try {
      ({ language, script, region } = new Intl.Locale(tag).maximize());
    } catch {
      continue;
    }
    language = ALIASES[language] ?? language;
    if (language === "zh" && script === "Hant") return { locale: "zh-hant", words: "" };
    if (!LANGUAGES.includes(language)) continue;
    // "pt" alone is read as Brazil's, the larger one.
    const words = [`${language}_${region}`, language].find((one) => WORDS.includes(one));
    return { locale: language, words: words ?? DEFAULT_WORDS[language] ?? "" };
  }
  return { locale: "en", words: "" };
}

/**
 * Make a picker in the reader's language.
 * @param {(emoji: string) => void} onPick
 * @returns {Promise<HTMLElement>} rejects where it can't be loaded
 */
export async function emojiPicker(onPick) {
  const { locale, words } = chooseLanguage(navigator.languages);
  const [, i18n] = await Promise.all([
    import(`${VENDOR}/index.js`),
    words && import(`${VENDOR}/i18n/${words}.js`).catch(() => null),
  ]);
  const picker = document.createElement("emoji-picker");
  picker.locale = locale;
  picker.dataSource = new URL(`${VENDOR}/data/${locale}.json`, import.meta.url).href;
  if (i18n) picker.i18n = i18n.default;
  picker.addEventListener("emoji-click", (event) => {
    if (event.detail.unicode) onPick(event.detail.unicode);
  });
  return picker;
}
