// What the message that is being written will cost, asked of the server before it is sent: tokens, and seconds until the reply begins.
import * as api from "./api.js";
import { path } from "./chats.js";
import { dataUrl, getFile } from "./chat-store.js";
import { whileLoading } from "./loading.js";
import { chatRequest, part } from "./requests.js";
import { changed, state } from "./state.js";
import { t } from "./i18n.js";

/** Bytes of files that are sent once more, only to say what a whole conversation costs. */
const MOST_BYTES = 32e6;

/**
 * @typedef {object} Cost seconds are null while the server cannot say
 * @property {number} tokens of pictures, pages and clips; of the whole conversation where `whole` says so
 * @property {number} cached of them need not be computed
 * @property {number | null} seconds until the reply begins
 * @property {boolean} whole whether what was said before is counted, and what of it is cached
 */

let latest = 0;

/** Asks what the draft costs: its files one by one, then with the conversation before them. Only the newest answer counts. */
export async function planDraft() {
  const mine = ++latest;
  const { draft } = state;
  draft.cost = null;
  // When the server has its model, it is asked again.
  if (draft.files.length === 0 || state.server === "loading") return;
  const over = () => mine !== latest || draft !== state.draft;
  await whileLoading(state.prefs.model, async () => {
    const parts = await planFiles(draft.files, over);
    if (over()) return;
    draft.cost = parts;
    changed();
    const whole = await planWhole(draft);
    if (over() || !whole) return;
    draft.cost = whole;
    changed();
  });
}

/** @param {import("./state.js").Attachment[]} files @param {() => boolean} over @returns {Promise<Cost>} */
async function planFiles(files, over) {
  const cost = { tokens: 0, cached: 0, seconds: /** @type {number | null} */ (0), whole: false };
  const spent = (/** @type {number | null} */ seconds) => {
    cost.seconds = cost.seconds === null || seconds === null ? null : cost.seconds + seconds;
  };
  const pictures = files.filter((f) => f.kind === "picture" && f.width && f.height);
  if (pictures.length > 0) spent(await planPictures(pictures));
  for (const file of files.filter((f) => !pictures.includes(f))) {
    if (over()) break;
    if (!file.plan || file.plan.seconds === null) file.plan = await planFile(file);
    spent(file.plan.seconds === null ? null : file.plan.seconds + (file.plan.reading ?? 0));
    changed();
  }
  cost.tokens = files.reduce((n, f) => n + (f.plan?.tokens ?? 0), 0);
  return cost;
}

/** By their sizes alone. @param {import("./state.js").Attachment[]} pictures @returns {Promise<number | null>} seconds of all */
async function planPictures(pictures) {
  const most = state.prefs.pictureTokens;
  try {
    const sizes = pictures.map((f) => ({ width: f.width ?? 0, height: f.height ?? 0, ...(most > 0 ? { max_tokens: most } : {}) }));
    const { plans, seconds } = await api.plan(state.prefs.model, sizes);
    pictures.forEach((f, i) => {
      f.count = 1;
      f.plan = { tokens: plans[i].tokens, grid: plans[i].grid_thw, seconds: plans[i].seconds };
    });
    return seconds;
  } catch (e) {
    pictures.forEach((f) => (f.plan = { tokens: 0, seconds: null, error: said(e) }));
    return null;
  } finally {
    changed();
  }
}

/** Of a document or clip only the server knows pages and frames. @param {import("./state.js").Attachment} file */
async function planFile(file) {
  try {
    const blob = await getFile(file.id);
    if (!blob) return { tokens: 0, seconds: null, error: t("file.gone") };
    const content = [part(file, await dataUrl(blob), state.prefs.pictureTokens)];
    const plan = await api.planChat({ model: state.prefs.model, messages: [{ role: "user", content }] });
    file.count = plan.media.length;
    const tokens = plan.media.reduce((/** @type {number} */ n, /** @type {any} */ m) => n + m.tokens, 0);
    const seconds = sum(plan.media.map((/** @type {any} */ m) => m.seconds));
    return { tokens, seconds, reading: plan.prompt_seconds, cached: allCached(plan.media) };
  } catch (e) {
    return { tokens: 0, seconds: null, error: said(e) };
  }
}

/**
 * With the conversation before it: what of it the server still holds costs nothing.
 * @param {typeof state.draft} draft
 * @returns {Promise<Cost | null>} null where it would have to send too much, or cannot be planned
 */
async function planWhole(draft) {
  const { chat } = state;
  const parent = draft.editing ? (chat?.nodes[draft.editing]?.parent ?? null) : (chat?.leaf ?? null);
  const before = chat && parent ? path(chat, parent) : [];
  const files = [...before.flatMap((n) => n.files ?? []), ...draft.files];
  if (draft.files.some((f) => f.plan?.error) || files.reduce((n, f) => n + f.size, 0) > MOST_BYTES) return null;
  const question = /** @type {any} */ ({ role: "user", text: draft.text, files: draft.files });
  const { thinking, history } = state.prefs.sampling;
  try {
    const request = await chatRequest(
      {
        path: [...before, question],
        system: chat?.system ?? state.prefs.system,
        sampling: { thinking, history },
        pictureTokens: state.prefs.pictureTokens,
        model: state.prefs.model,
      },
      async (id) => dataUrl(/** @type {Blob} */ (await getFile(id))),
    );
    const plan = await api.planChat(request);
    note(draft.files, plan.media);
    return { tokens: plan.prompt_tokens, cached: plan.cached_tokens, seconds: plan.seconds, whole: true };
  } catch {
    // What is wrong with it is said when it is sent; a context that is too small is told beside the tokens.
    return null;
  }
}

/** The last pictures of a conversation are the draft's. @param {import("./state.js").Attachment[]} files @param {any[]} media */
function note(files, media) {
  let at = media.length - files.reduce((n, f) => n + (f.count ?? 1), 0);
  if (at < 0) return;
  for (const file of files) {
    const own = media.slice(at, at + (file.count ?? 1));
    at += own.length;
    if (file.plan) Object.assign(file.plan, { seconds: sum(own.map((m) => m.seconds)), cached: allCached(own) });
  }
}

/** @param {any[]} media */
function allCached(media) {
  return media.length > 0 && media.every((m) => m.cached);
}

/** @param {(number | null)[]} all */
function sum(all) {
  return all.reduce((n, s) => (n === null || s === null ? null : n + s), /** @type {number | null} */ (0));
}

/** @param {unknown} e */
function said(e) {
  return e instanceof Error && e.message ? e.message : t("error.gone");
}
