// Pages and frames that the browser cannot draw itself, as the server draws them for the model.
import * as api from "./api.js";
import { dataUrl, getFile } from "./chat-store.js";
import { part } from "./requests.js";
import { changed, state } from "./state.js";
import { t } from "./i18n.js";

/** The server shows no more at once. */
const MOST_VIEWS = 16;

/**
 * @typedef {object} View
 * @property {string} url
 * @property {number} width
 * @property {number} height
 * @property {number} [page] of a document, from 1
 * @property {number} [seconds] when the frame of a clip is shown
 */

/** @typedef {{index: number, seconds?: number}} Wanted */

/** What is known, by file and place: a view, an error's words, or null while it is asked for. @type {Map<string, View | string | null>} */
const known = new Map();

/** Pages take megabytes; those of chats that are long out of sight are asked for again. */
const MOST_KNOWN = 100;

/** @param {import("./state.js").Attachment} file @param {Wanted} wanted */
function keyOf(file, wanted) {
  return [file.id, file.kind, file.pages ?? "", wanted.index, wanted.seconds ?? ""].join("/");
}

/**
 * Views of a file, each a view, an error's words, or null until it is there; then the page is drawn again.
 * @param {import("./state.js").Attachment} file
 * @param {Wanted[]} wanted
 * @returns {(View | string | null)[]}
 */
export function viewsOf(file, wanted) {
  const missing = wanted.filter((w) => !known.has(keyOf(file, w)));
  const model = loadedModel();
  if (missing.length > 0 && model) {
    if (known.size > MOST_KNOWN) known.clear();
    for (const w of missing) known.set(keyOf(file, w), null);
    for (let i = 0; i < missing.length; i += MOST_VIEWS) fetchViews(file, missing.slice(i, i + MOST_VIEWS), model);
  }
  return wanted.map((w) => known.get(keyOf(file, w)) ?? (model ? null : t("boxes.notNow")));
}

/** To look at an old chat loads no model. */
function loadedModel() {
  const loaded = state.models.filter((m) => (m.status?.value ?? "loaded") === "loaded");
  return (loaded.find((m) => m.id === state.prefs.model) ?? loaded[0])?.id;
}

/** @param {import("./state.js").Attachment} file @param {Wanted[]} wanted @param {string} model */
async function fetchViews(file, wanted, model) {
  try {
    const blob = await getFile(file.id);
    if (!blob) throw new Error(t("file.gone"));
    const content = [part(file, await dataUrl(blob), state.prefs.pictureTokens)];
    const views = await api.views({ model, messages: [{ role: "user", content }], views: wanted });
    wanted.forEach((w, i) => known.set(keyOf(file, w), views[i]));
  } catch (e) {
    const words = e instanceof Error && e.message ? e.message : t("error.gone");
    for (const w of wanted) known.set(keyOf(file, w), words);
  }
  changed();
}
