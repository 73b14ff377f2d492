// How fast the server is, learnt from the timings of replies to this browser; for saying beforehand how long something takes.

/**
 * @typedef {object} Rates milliseconds
 * @property {number} [encode] a token of a picture, in the vision tower
 * @property {number} [decode] a million pixels, to decode and resize
 * @property {number} [prompt] a token of a prompt
 */

/** Weight of the newest reply. */
const NEWEST = 0.5;

/**
 * What a reply adds to what is known.
 * @param {Rates} known
 * @param {any} timings
 * @param {any[]} media
 * @returns {Rates}
 */
export function learn(known, timings, media) {
  const fresh = media.filter((m) => !m.cached);
  const tokens = fresh.reduce((n, m) => n + m.tokens, 0);
  const pixels = fresh.reduce((n, m) => n + m.width * m.height * (m.frames ?? 1), 0);
  const out = { ...known };
  const note = (/** @type {keyof Rates} */ name, /** @type {number} */ ms, /** @type {number} */ amount) => {
    if (amount > 0 && ms > 0) {
      const rate = ms / amount;
      out[name] = out[name] === undefined ? rate : out[name] * (1 - NEWEST) + rate * NEWEST;
    }
  };
  note("encode", timings.encode_ms, tokens);
  note("decode", timings.decode_image_ms + timings.preprocess_ms, pixels / 1e6);
  note("prompt", timings.prompt_ms, timings.prompt_n);
  return out;
}

/**
 * Seconds until the reply to new pictures begins, or null while nothing is known.
 * @param {Rates} rates
 * @param {{tokens: number, pixels?: number}[]} pictures
 */
export function expected(rates, pictures) {
  if (rates.prompt === undefined || pictures.length === 0) return null;
  let ms = 0;
  for (const p of pictures) {
    if (rates.encode === undefined) return null;
    ms += p.tokens * (rates.encode + rates.prompt) + ((p.pixels ?? 0) / 1e6) * (rates.decode ?? 0);
  }
  return ms / 1000;
}

const KEY = "ocelli.rates";

/** @returns {Record<string, Rates>} */
function all() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

/** @param {string} model @returns {Rates} */
export function ratesOf(model) {
  return all()[model] ?? {};
}

/** @param {string} model @param {any} timings @param {any[]} media */
export function remember(model, timings, media) {
  const known = all();
  known[model] = learn(known[model] ?? {}, timings, media);
  localStorage.setItem(KEY, JSON.stringify(known));
}
