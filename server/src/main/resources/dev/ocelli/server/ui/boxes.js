// Boxes and points in replies: objects with bbox_2d or point_2d, whose numbers are thousandths of the picture.

/**
 * @typedef {object} Region
 * @property {"box" | "point"} kind
 * @property {number[]} at box: left, top, right, bottom; point: x, y; 0 to 1000
 * @property {string} label
 * @property {number} picture which picture it is about, from 0; -1 where the reply does not say
 * @property {number} seconds when in a clip; -1 where the reply does not say
 * @property {number} start of the object in the text
 * @property {number} end behind the object
 */

const PICTURE_FIELDS = ["image", "picture", "image_index", "page"];
const TIME_FIELDS = ["time", "timestamp", "seconds", "time_s"];

/**
 * The regions of a reply in order, as far as it has come.
 * @param {string} text
 * @returns {Region[]}
 */
export function regions(text) {
  const out = [];
  const start = /\{/g;
  for (let m = start.exec(text); m; m = start.exec(text)) {
    const end = endOfObject(text, m.index);
    if (end < 0) continue;
    const region = regionOf(text.slice(m.index, end));
    if (region) {
      out.push({ ...region, start: m.index, end });
      start.lastIndex = end;
    }
  }
  return out;
}

/** Behind the brace that closes an object without objects in it, or -1. @param {string} text @param {number} from */
function endOfObject(text, from) {
  let quoted = false;
  for (let i = from + 1; i < text.length && i < from + 2000; i++) {
    const c = text[i];
    if (quoted) {
      if (c === "\\") i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === "{") return -1;
    else if (c === "}") return i + 1;
  }
  return -1;
}

/** @param {string} json @returns {Omit<Region, "start" | "end"> | null} */
function regionOf(json) {
  let value;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const box = value.bbox_2d ?? value.bbox;
  const point = value.point_2d ?? value.point;
  const kind = numbers(box, 4) ? "box" : numbers(point, 2) ? "point" : null;
  if (!kind) return null;
  const field = PICTURE_FIELDS.find((f) => Number.isInteger(value[f]) && value[f] >= 1);
  const label = value.label ?? value.text_content ?? value.text ?? value.name ?? "";
  return {
    kind,
    at: (kind === "box" ? ordered(box) : point).map(within),
    label: String(label),
    picture: field ? value[field] - 1 : -1,
    seconds: Math.max(-1, ...TIME_FIELDS.map((f) => secondsOf(value[f]))),
  };
}

/** Of 2.5, "2.5 seconds", "<2.5 seconds>" and "01:02.5"; -1 of anything else. @param {unknown} value */
function secondsOf(value) {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? value : -1;
  const m = /^<?\s*(?:(\d{1,3}):)?(?:(\d{1,3}):)?(\d{1,6}(?:\.\d{1,6})?)\s*(?:s|sec|seconds?)?\s*>?$/.exec(String(value ?? ""));
  if (!m) return -1;
  const larger = [m[1], m[2]].filter((n) => n !== undefined).map(Number);
  return larger.reduce((n, v) => (n + v) * 60, 0) + Number(m[3]);
}

/** @param {unknown} value @param {number} count */
function numbers(value, count) {
  return Array.isArray(value) && value.length === count && value.every((v) => Number.isFinite(v));
}

/** @param {number[]} b */
function ordered([x1, y1, x2, y2]) {
  return [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
}

/** @param {number} v */
function within(v) {
  return Math.min(1000, Math.max(0, v));
}

/** @typedef {Region & {index: number}} Shown a region and its place among all of its reply */

/**
 * Regions of one picture of several; those that name none are of the first.
 * @param {Region[]} all
 * @param {number} picture
 * @returns {Shown[]}
 */
export function regionsOf(all, picture) {
  return all.map((r, index) => ({ ...r, index })).filter((r) => Math.max(0, r.picture) === picture);
}

/**
 * Regions of a clip by the times that they name, in the order of time.
 * @param {Shown[]} shown
 * @returns {Shown[][]}
 */
export function byTime(shown) {
  const times = [...new Set(shown.map((r) => r.seconds))].sort((a, b) => a - b);
  return times.map((s) => shown.filter((r) => r.seconds === s));
}

/**
 * A region in a picture's own pixels.
 * @param {Region} region
 * @param {number} width
 * @param {number} height
 */
export function inPixels(region, width, height) {
  return region.at.map((v, i) => (v / 1000) * (i % 2 === 0 ? width : height));
}

const COLOURS = ["#e11d48", "#2563eb", "#059669", "#d97706", "#7c3aed", "#0891b2", "#c026d3", "#65a30d"];

/** The colour of a label: the same for the same words. @param {Region[]} all @param {number} index */
export function colour(all, index) {
  const labels = [...new Set(all.map((r) => r.label))];
  return COLOURS[labels.indexOf(all[index].label) % COLOURS.length];
}
