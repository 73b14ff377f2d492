// Every setting of a reply that the server knows, by the names of its API.

/**
 * @typedef {object} Setting
 * @property {string} name
 * @property {"number" | "integer" | "check" | "text" | "lines" | "json"} type
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 */

/** @type {{group: string, settings: Setting[]}[]} */
export const SETTINGS = [
  {
    group: "usual",
    settings: [
      { name: "temperature", type: "number", min: 0, max: 2, step: 0.05 },
      { name: "top_p", type: "number", min: 0, max: 1, step: 0.01 },
      { name: "top_k", type: "integer", min: 0, max: 1000, step: 1 },
      { name: "min_p", type: "number", min: 0, max: 1, step: 0.01 },
      { name: "max_tokens", type: "integer", min: -1, step: 64 },
      { name: "seed", type: "integer", min: -1, step: 1 },
    ],
  },
  {
    group: "repetition",
    settings: [
      { name: "repeat_penalty", type: "number", min: 0, max: 2, step: 0.01 },
      { name: "presence_penalty", type: "number", min: -2, max: 2, step: 0.1 },
      { name: "frequency_penalty", type: "number", min: -2, max: 2, step: 0.1 },
      { name: "repeat_last_n", type: "integer", min: -1, step: 16 },
      { name: "dry_multiplier", type: "number", min: 0, max: 5, step: 0.1 },
      { name: "dry_base", type: "number", min: 0, max: 4, step: 0.05 },
      { name: "dry_allowed_length", type: "integer", min: 0, step: 1 },
      { name: "dry_penalty_last_n", type: "integer", min: -1, step: 16 },
      { name: "dry_sequence_breakers", type: "lines" },
      { name: "loop_guard", type: "check" },
    ],
  },
  {
    group: "more",
    settings: [
      { name: "typical_p", type: "number", min: 0, max: 1, step: 0.01 },
      { name: "min_tokens", type: "integer", min: 0, step: 1 },
      { name: "ignore_eos", type: "check" },
      { name: "stop", type: "lines" },
      { name: "logit_bias", type: "json" },
      { name: "json_schema", type: "json" },
      { name: "thinking_budget_tokens", type: "integer", min: 0, step: 64 },
      { name: "history", type: "text" },
    ],
  },
];

export const PRESETS = ["describe", "ocr", "creative", "factqa", "official-instruct", "official-thinking", "official-text"];

/** Most tokens of a picture that can be chosen; 0 is the model's own limit. */
export const PICTURE_TOKENS = [0, 64, 256, 512, 1024, 2048, 4096, 8192];

/**
 * What people have typed as a value; throws for what is no number or no JSON.
 * @param {Setting} setting
 * @param {string | boolean} typed
 */
export function valueOf(setting, typed) {
  if (typed === "" || typed === undefined) return "";
  switch (setting.type) {
    case "check":
      return typed === true || typed === "true";
    case "number":
    case "integer": {
      const n = Number(typed);
      const whole = setting.type === "number" || Number.isInteger(n);
      if (!Number.isFinite(n) || !whole || n < (setting.min ?? -Infinity) || n > (setting.max ?? Infinity)) {
        throw new RangeError(setting.name);
      }
      return n;
    }
    case "json":
      JSON.parse(String(typed));
      return String(typed);
    default:
      return String(typed);
  }
}
