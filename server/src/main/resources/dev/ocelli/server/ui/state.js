// What the page shows. Whoever changes it says so with changed(); the page is drawn again once a frame.

/**
 * @typedef {object} Attachment a file beside a message; its bytes are in the store under its id
 * @property {string} id
 * @property {"picture" | "pdf" | "clip"} kind
 * @property {string} name
 * @property {string} type media type
 * @property {number} size bytes
 * @property {number} [width] pixels as shown, where the browser knows them
 * @property {number} [height]
 * @property {string} [pages] of a PDF, such as 1-5,9; all where nothing is said
 * @property {number} [count] pictures that the model sees of it: pages of a PDF
 * @property {{tokens: number, grid?: number[], seconds: number | null, reading?: number, cached?: boolean, error?: string}} [plan] seconds of
 *   the vision tower, and of reading what it is in the prompt
 */

/**
 * @typedef {object} Preferences kept in the browser
 * @property {string} language
 * @property {"auto" | "light" | "dark"} theme
 * @property {string} system for new chats
 * @property {Record<string, unknown>} sampling what is not the server's default
 * @property {number} pictureTokens most tokens of a picture; 0 is the model's own limit
 * @property {string} model
 */

export const state = {
  /** @type {"loading" | "ready" | "gone" | "key"} */
  server: "loading",
  /** @type {any[]} */
  models: [],
  /** @type {{id?: string, done_bytes: number, total_bytes: number}[]} models that are being loaded */
  loading: [],
  /** @type {any} */
  props: null,
  /** @type {{busy: number, total: number} | null} */
  slots: null,
  /** @type {import("./chats.js").Summary[]} */
  chats: [],
  /** @type {import("./chats.js").Chat | null} */
  chat: null,
  draft: { text: "", /** @type {Attachment[]} */ files: [], /** @type {string | null} */ editing: null, /** @type {import("./costs.js").Cost | null} */ cost: null },
  /** @type {{chat: import("./chats.js").Chat, node: string, stop: AbortController, phase: string, share: number} | null} */
  running: null,
  /** @type {string | null} */
  panel: null,
  search: "",
  sidebar: false,
  dragging: false,
  /** @type {string} */
  announcement: "",
  /** @type {string} */
  notice: "",
  /** @type {Preferences} */
  prefs: {
    language: "",
    theme: "auto",
    system: "",
    sampling: {},
    pictureTokens: 0,
    model: "",
  },
};

let draw = () => {};
let asked = false;

/** @param {() => void} f draws the page */
export function onChange(f) {
  draw = f;
}

/** Says that the state has changed. A page that nobody looks at gets no frames, so a timer is there too. */
export function changed() {
  if (asked) return;
  asked = true;
  const now = () => {
    if (!asked) return;
    asked = false;
    draw();
  };
  requestAnimationFrame(now);
  setTimeout(now, 100);
}

/** @param {Partial<typeof state>} patch */
export function update(patch) {
  Object.assign(state, patch);
  changed();
}

/** Tells people something for a while. @param {string} text */
export function notify(text) {
  update({ notice: text });
  setTimeout(() => state.notice === text && update({ notice: "" }), 6000);
}

const KEY = "ocelli.preferences";

export function loadPreferences() {
  try {
    Object.assign(state.prefs, JSON.parse(localStorage.getItem(KEY) ?? "{}"));
  } catch {
    localStorage.removeItem(KEY);
  }
}

/** @param {Partial<Preferences>} patch */
export function prefer(patch) {
  Object.assign(state.prefs, patch);
  localStorage.setItem(KEY, JSON.stringify(state.prefs));
  changed();
}
