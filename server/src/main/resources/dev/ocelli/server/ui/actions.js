// What people do on the page.
import * as api from "./api.js";
import { add, branch, newChat as emptyChat, path, show, summary } from "./chats.js";
import { allChats, deleteChat, exported, getChat, imported, sweepFiles } from "./chat-store.js";
import { download } from "./annotate.js";
import { planDraft } from "./costs.js";
import { answer, continued } from "./generate.js";
import { language, setLanguage, t } from "./i18n.js";
import { keepChat, kept } from "./keep.js";
import { lookAtLoading } from "./loading.js";
import { changed, notify, prefer, state, update } from "./state.js";

/** Time between questions whether the server lives, while it does not answer. */
const RETRY_MS = 1500;

/** The same while it says that it loads its model. */
const LOADING_MS = 400;

/** Where the chat that is shown is remembered over a reload. */
const OPEN_CHAT = "ocelli.open";

/** What the list knows of a chat. @param {import("./chats.js").Chat} chat */
function noted(chat) {
  const known = summary(chat);
  state.chats = [known, ...state.chats.filter((c) => c.id !== known.id)];
}

/** Keeps the chat that is shown, and what the list knows of it. */
async function save() {
  if (!state.chat) return;
  noted(state.chat);
  sessionStorage.setItem(OPEN_CHAT, state.chat.id);
  changed();
  await keepChat(state.chat);
}

export async function loadChats() {
  state.chats = ((await kept(allChats)) ?? []).map(summary);
  kept(sweepFiles);
  const open = sessionStorage.getItem(OPEN_CHAT);
  if (open && state.chats.some((c) => c.id === open)) await openChat(open);
  changed();
}

export function newChat() {
  sessionStorage.removeItem(OPEN_CHAT);
  update({ chat: null, sidebar: false });
  emptyDraft();
  focusMessage();
}

function emptyDraft() {
  state.draft = { text: "", files: [], editing: null, cost: null };
  changed();
}

export function focusMessage() {
  setTimeout(() => document.getElementById("message")?.focus(), 0);
}

/** A chat as it is now: the one that a reply is being written into, or the kept one. @param {string} id */
async function current(id) {
  const live = [state.chat, state.running?.chat].find((c) => c?.id === id);
  return live ?? (await kept(() => getChat(id)));
}

/** @param {string} id */
export async function openChat(id) {
  const chat = await current(id);
  if (!chat) return;
  sessionStorage.setItem(OPEN_CHAT, id);
  if (state.draft.editing) emptyDraft();
  update({ chat, sidebar: false });
}

/** @param {import("./chats.js").Summary} chat */
export async function rename(chat) {
  const title = prompt(t("chats.renamePrompt"), chat.title)?.trim();
  if (!title) return;
  const whole = await current(chat.id);
  if (!whole) return;
  whole.title = chat.title = title;
  await keepChat(whole);
  changed();
}

/** @param {import("./chats.js").Summary} chat */
export async function remove(chat) {
  if (!confirm(t("chats.deleteAsk", { title: chat.title || t("chats.untitled") }))) return;
  state.chats = state.chats.filter((c) => c.id !== chat.id);
  if (state.running?.chat.id === chat.id) state.running.stop.abort();
  await kept(() => deleteChat(chat.id));
  if (state.chat?.id === chat.id) newChat();
  changed();
}

/** @param {string} id */
export async function exportChat(id) {
  const chat = await current(id);
  if (chat) await saved([chat], chat.title || t("chats.untitled"));
}

export async function exportAll() {
  await saved(await allChats(), "ocelli-chats");
}

/** @param {import("./chats.js").Chat[]} chats @param {string} name */
async function saved(chats, name) {
  const safe = name.replace(/[^\p{L}\p{N} _-]+/gu, "").trim() || "chat";
  download(new Blob([await exported(chats)], { type: "application/json" }), `${safe}.json`);
}

export function importChats() {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "application/json,.json";
  input.onchange = () => input.files?.[0] && importFile(input.files[0]);
  input.click();
}

/** @param {File} file */
export async function importFile(file) {
  try {
    const n = await imported(await file.text());
    state.chats = (await allChats()).map(summary);
    notify(t("chats.imported", { n }));
  } catch (e) {
    notify(t("chats.importFailed", { message: e instanceof Error ? e.message : String(e) }));
  }
}

/** Sends the draft: at the end of the chat, or in the place of the message that is edited. */
export async function send() {
  const { draft } = state;
  const text = draft.text.trim();
  if (state.running || (!text && draft.files.length === 0)) return;
  const chat = (state.chat ??= emptyChat(state.prefs.system));
  const parent = draft.editing ? (chat.nodes[draft.editing]?.parent ?? null) : chat.leaf;
  const question = add(chat, parent, { role: "user", text, files: draft.files.map((f) => ({ ...f, plan: undefined })) });
  emptyDraft();
  await save();
  await reply(chat, () => answer(chat, question.id));
}

/** @param {import("./chats.js").Chat} chat @param {() => Promise<void>} make */
async function reply(chat, make) {
  const end = make();
  scrollToEnd();
  await end;
  if (state.chats.some((c) => c.id === chat.id)) noted(chat);
  if (state.server === "gone") watchServer();
  else refreshSlots();
  // A server that was busy could not say how long things take, and now it knows more.
  if (state.draft.files.length > 0) planDraft();
  changed();
}

export function scrollToEnd() {
  requestAnimationFrame(() => {
    const box = document.querySelector(".conversation");
    if (box) box.scrollTop = box.scrollHeight;
  });
}

/** @param {import("./chats.js").Node} node a reply: another is made beside it */
export async function regenerate(node) {
  const { chat } = state;
  if (!chat || state.running || !node.parent) return;
  await reply(chat, () => answer(chat, /** @type {string} */ (node.parent)));
}

/** A message whose reply has been lost. @param {import("./chats.js").Node} node */
export async function answerAgain(node) {
  const { chat } = state;
  if (!chat || state.running) return;
  await reply(chat, () => answer(chat, node.id));
}

/** A reply that failed before its first word is replaced. @param {import("./chats.js").Chat} chat @param {import("./chats.js").Node} node */
export async function retry(chat, node) {
  if (state.running || !node.parent) return;
  const { parent } = node;
  if (!node.text) delete chat.nodes[node.id];
  await reply(chat, () => answer(chat, parent));
}

/** @param {import("./chats.js").Node} node */
export async function resume(node) {
  const { chat } = state;
  if (!chat || state.running) return;
  await reply(chat, () => continued(chat, node));
}

/** @param {import("./chats.js").Node} node a message of the user */
export function edit(node) {
  state.draft = { text: node.text, files: structuredClone(node.files ?? []), editing: node.id, cost: null };
  changed();
  planDraft();
  focusMessage();
}

export function cancelEdit() {
  emptyDraft();
  focusMessage();
}

/** @param {import("./chats.js").Node} node */
export async function showVersion(node) {
  if (!state.chat) return;
  show(state.chat, node.id);
  await save();
}

/** @param {import("./chats.js").Node} node */
export async function branchAt(node) {
  if (!state.chat) return;
  update({ chat: branch(state.chat, node.id) });
  await save();
  focusMessage();
}

/** @param {string} text */
export async function copy(text) {
  await navigator.clipboard.writeText(text);
  notify(t("message.copied"));
}

/** @param {import("./templates.js").Template} template */
export function useTemplate(template) {
  state.draft.text = template.words[language()].text;
  prefer({ sampling: { ...state.prefs.sampling, preset: template.preset } });
  update({ panel: null });
  notify(`${t("settings.preset")}: ${template.preset}`);
  focusMessage();
}

/** @param {string} text */
export function setSystem(text) {
  if (state.chat) {
    state.chat.system = text;
    save();
  } else {
    prefer({ system: text });
  }
}

/** @param {string} code */
export function speak(code) {
  setLanguage(code);
  document.documentElement.lang = code === "zh" ? "zh-CN" : code;
  prefer({ language: code });
}

/** @param {"auto" | "light" | "dark"} theme */
export function appear(theme) {
  document.documentElement.dataset.theme = theme;
  prefer({ theme });
}

/** @param {string} key @param {boolean} keep */
export async function useKey(key, keep) {
  api.setApiKey(key, keep);
  update({ panel: null });
  await watchServer();
}

let watching = false;

/** Asks until the server answers with its models. */
export async function watchServer() {
  if (watching) return;
  watching = true;
  try {
    while (!(await reached())) {
      await new Promise((r) => setTimeout(r, state.server === "loading" ? LOADING_MS : RETRY_MS));
    }
  } finally {
    watching = false;
  }
  if (state.server === "ready") {
    await describeModel();
    if (state.draft.files.length > 0) planDraft();
  }
}

/** @returns {Promise<boolean>} whether there is nothing to wait for */
async function reached() {
  try {
    const models = await api.models();
    const usable = models.filter((/** @type {any} */ m) => m.status?.value !== "unusable");
    if (!usable.some((/** @type {any} */ m) => m.id === state.prefs.model)) prefer({ model: usable[0]?.id ?? "" });
    update({ models, server: "ready", loading: [] });
    return true;
  } catch (e) {
    const status = e instanceof api.ServerError ? e.status : 0;
    if (status === 401 || status === 403) {
      update({ server: "key", panel: "key" });
      return true;
    }
    update({ server: status === 503 ? "loading" : "gone" });
    if (status === 503) await lookAtLoading();
    return false;
  }
}

/** Settings that the server has by itself; asking must not load a model. */
export async function describeModel() {
  const model = state.models.find((m) => m.id === state.prefs.model);
  state.props = null;
  if (model?.status?.value === "loaded") {
    state.props = await api.props(model.id).catch(() => null);
  }
  await refreshSlots();
  if (state.draft.files.length > 0) await planDraft();
  changed();
}

/** A server without /slots says nothing of them. */
async function refreshSlots() {
  try {
    state.slots = await api.slots();
    state.models = await api.models();
  } catch {
    state.slots = null;
  }
  changed();
}

/** The messages on show. */
export function shown() {
  return state.chat ? path(state.chat) : [];
}
