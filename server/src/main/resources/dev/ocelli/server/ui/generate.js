// Makes replies: sends a branch of a chat, writes what comes into it, and can be stopped.
import * as api from "./api.js";
import { add, path } from "./chats.js";
import { dataUrl, getFile } from "./chat-store.js";
import { keepChat } from "./keep.js";
import { whileLoading } from "./loading.js";
import { chatRequest } from "./requests.js";
import { changed, state, update } from "./state.js";
import { t } from "./i18n.js";

/** While a reply comes it is saved this often, so that a reload loses little. */
const SAVE_MS = 1000;

/** Beginnings of replies that are read aloud. */
const ANNOUNCED = 400;

/** @param {string} id */
async function dataUrlOf(id) {
  const blob = await getFile(id);
  if (!blob) throw new api.ServerError(-1, t("file.gone"));
  return dataUrl(blob);
}

/**
 * Answers a message.
 * @param {import("./chats.js").Chat} chat
 * @param {string} question the message that is answered
 */
export function answer(chat, question) {
  const node = add(chat, question, { role: "assistant", model: state.prefs.model });
  return write(chat, node, false);
}

/** Goes on with a reply that was cut. @param {import("./chats.js").Chat} chat @param {import("./chats.js").Node} node */
export function continued(chat, node) {
  return write(chat, node, true);
}

export function stop() {
  state.running?.stop.abort();
}

/**
 * @param {import("./chats.js").Chat} chat
 * @param {import("./chats.js").Node} node the reply
 * @param {boolean} continuing
 */
async function write(chat, node, continuing) {
  const stop = new AbortController();
  update({ running: { chat, node: node.id, stop, phase: "send", share: 0 }, announcement: t("announce.working") });
  delete node.error;
  delete node.finish;
  let saved = Date.now();
  try {
    const request = await chatRequest(
      {
        path: path(chat, continuing ? node.id : node.parent),
        system: chat.system,
        sampling: state.prefs.sampling,
        pictureTokens: state.prefs.pictureTokens,
        model: state.prefs.model,
        continuing,
      },
      dataUrlOf,
    );
    const chunks = api.chat(request, stop.signal);
    const first = await whileLoading(state.prefs.model, () => chunks.next());
    if (!first.done) take(first.value, node);
    for await (const chunk of chunks) {
      take(chunk, node);
      changed();
      if (Date.now() - saved > SAVE_MS) {
        saved = Date.now();
        await keepChat(chat);
      }
    }
    update({ announcement: t("announce.done", { text: node.text.slice(0, ANNOUNCED) }) });
  } catch (e) {
    failed(e, node);
  } finally {
    chat.updated = Date.now();
    update({ running: null });
    const deleted = !state.chats.some((c) => c.id === chat.id);
    if (!deleted) await keepChat(chat);
  }
}

/** @param {any} chunk @param {import("./chats.js").Node} node */
function take(chunk, node) {
  const running = state.running;
  const progress = chunk.prompt_progress;
  if (progress && running) {
    running.phase = progress.phase;
    running.share = progress.phase_total > 0 ? progress.phase_done / progress.phase_total : 0;
    return;
  }
  const choice = chunk.choices?.[0];
  if (choice?.delta?.content) {
    node.text += choice.delta.content;
    if (running) running.phase = "reply";
  }
  if (choice?.delta?.reasoning_content) {
    node.reasoning = (node.reasoning ?? "") + choice.delta.reasoning_content;
    if (running) running.phase = "think";
  }
  if (choice?.finish_reason) node.finish = choice.finish_reason;
  if (chunk.timings) node.timings = chunk.timings;
  if (chunk.media) node.media = chunk.media;
  if (chunk.history) node.dropped = chunk.history.text;
  if (chunk.usage) node.usage = chunk.usage;
}

/** @param {unknown} e @param {import("./chats.js").Node} node */
function failed(e, node) {
  if (e instanceof DOMException && e.name === "AbortError") {
    node.finish = "stopped";
    update({ announcement: t("announce.stopped") });
    return;
  }
  const error = e instanceof api.ServerError ? e : new api.ServerError(-1, String(e));
  const message = error.status === 0 ? t("error.gone") : error.message;
  node.error = { status: error.status, message };
  update({ announcement: t("announce.failed", { message }) });
  if (error.status === 401) update({ server: "key", panel: "key" });
  if (error.status === 0) update({ server: "gone" });
}
