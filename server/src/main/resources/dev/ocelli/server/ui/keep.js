// Keeps what people would miss, and says when the browser cannot.
import { putChat } from "./chat-store.js";
import { t } from "./i18n.js";
import { notify } from "./state.js";

/**
 * Does something with the browser's database; a full disk or a private window is told, not fatal.
 * @template T
 * @param {() => Promise<T>} act
 * @returns {Promise<T | undefined>} undefined when it failed
 */
export async function kept(act) {
  try {
    return await act();
  } catch (e) {
    notify(t("chats.notKept", { message: e instanceof Error ? e.message : String(e) }));
    return undefined;
  }
}

/** @param {import("./chats.js").Chat} chat */
export function keepChat(chat) {
  return kept(() => putChat(chat));
}
