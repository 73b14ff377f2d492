// Words of the page in the language that is chosen: t("key", {name: value}).
import en from "./i18n/en.js";
import zh from "./i18n/zh.js";

/** @type {Record<string, Record<string, string>>} */
export const languages = { en, zh };
let current = "en";

/**
 * The best language for a browser's list of them.
 * @param {readonly string[]} wanted as navigator.languages has them
 */
export function bestLanguage(wanted) {
  for (const tag of wanted) {
    const code = tag.toLowerCase().split("-")[0];
    if (code in languages) return code;
  }
  return "en";
}

/** @param {string} code a key of {@link languages} */
export function setLanguage(code) {
  current = code in languages ? code : "en";
}

export function language() {
  return current;
}

/**
 * A text, with values in the places of {names}.
 * @param {string} key
 * @param {Record<string, unknown>} [values]
 */
export function t(key, values = {}) {
  const text = languages[current][key] ?? en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}

/**
 * A number as people of the language write it.
 * @param {number} value
 * @param {number} [digits] behind the point
 */
export function number(value, digits = 0) {
  return value.toLocaleString(current, { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

/** @param {number} bytes */
export function bytes(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${number(value, unit > 0 && value < 100 ? 1 : 0)} ${units[unit]}`;
}

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 1) return `${number(seconds * 1000)} ms`;
  if (seconds < 120) return `${number(seconds, seconds < 10 ? 1 : 0)} s`;
  return `${number(Math.floor(seconds / 60))} min ${number(Math.round(seconds % 60))} s`;
}

/** How long something is expected to take: no more digits than an estimate has. @param {number} seconds */
export function about(seconds) {
  if (seconds < 1) return t("time.moment");
  return t("time.about", { time: seconds < 120 ? duration(seconds) : `${number(Math.round(seconds / 60))} min` });
}
