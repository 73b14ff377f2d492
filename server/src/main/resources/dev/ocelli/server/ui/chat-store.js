// Chats and their files in the browser's database. Nothing of it leaves the browser but by export.
import { checked, filesOf, newId } from "./chats.js";

const NAME = "ocelli";
const VERSION = 1;

/** So long files are kept beside a message that is not sent, perhaps in another tab. */
const DRAFT_MS = 24 * 3600 * 1000;

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("chats", { keyPath: "id" });
      request.result.createObjectStore("files", { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/**
 * @param {"chats" | "files"} store
 * @param {IDBTransactionMode} mode
 * @param {(s: IDBObjectStore) => IDBRequest} act
 */
async function run(store, mode, act) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(store, mode);
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** @returns {Promise<import("./chats.js").Chat[]>} */
export function allChats() {
  return run("chats", "readonly", (s) => s.getAll());
}

/** @param {string} id @returns {Promise<import("./chats.js").Chat | undefined>} */
export function getChat(id) {
  return run("chats", "readonly", (s) => s.get(id));
}

/** @param {import("./chats.js").Chat} chat */
export function putChat(chat) {
  return run("chats", "readwrite", (s) => s.put(structuredClone(chat)));
}

/** Forgets a chat, and files that no other chat names. @param {string} id */
export async function deleteChat(id) {
  const gone = await getChat(id);
  await run("chats", "readwrite", (s) => s.delete(id));
  const kept = new Set((await allChats()).flatMap(filesOf).map((f) => f.id));
  for (const file of gone ? filesOf(gone) : []) {
    if (!kept.has(file.id)) await run("files", "readwrite", (s) => s.delete(file.id));
  }
}

/** Keeps bytes under a new name. @param {Blob} blob */
export async function putFile(blob) {
  const id = newId();
  await run("files", "readwrite", (s) => s.put({ id, blob, created: Date.now() }));
  return id;
}

/** Forgets old files that no chat names: of messages that were never sent. */
export async function sweepFiles() {
  const kept = new Set((await allChats()).flatMap(filesOf).map((f) => f.id));
  const oldest = Date.now() - DRAFT_MS;
  await run("files", "readwrite", (s) => {
    const request = s.openCursor();
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return;
      if (!kept.has(cursor.value.id) && cursor.value.created < oldest) cursor.delete();
      cursor.continue();
    };
    return request;
  });
}

/** @param {string} id @returns {Promise<Blob | null>} */
export async function getFile(id) {
  return (await run("files", "readonly", (s) => s.get(id)))?.blob ?? null;
}

/** @type {Map<string, string>} */
const urls = new Map();

/** An address of a file for this page, or "" when it is gone. @param {string} id */
export async function fileUrl(id) {
  const known = urls.get(id);
  if (known) return known;
  const blob = await getFile(id);
  if (!blob) return "";
  const url = URL.createObjectURL(blob);
  urls.set(id, url);
  return url;
}

/** The address if it is known already. @param {string} id */
export function knownUrl(id) {
  return urls.get(id) ?? "";
}

/** @param {Blob} blob @returns {Promise<string>} */
export function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** Chats with their files as a text. @param {import("./chats.js").Chat[]} chats */
export async function exported(chats) {
  const files = {};
  for (const file of chats.flatMap(filesOf)) {
    const blob = await getFile(file.id);
    if (blob) files[file.id] = await dataUrl(blob);
  }
  return JSON.stringify({ ocelli: 1, chats, files });
}

/** Adds chats of an exported text; all or none. @param {string} text @returns {Promise<number>} how many */
export async function imported(text) {
  const all = JSON.parse(text);
  if (all?.ocelli !== 1 || !Array.isArray(all.chats)) throw new Error("not exported by Ocelli");
  const chats = all.chats.map(checked);
  const names = new Map();
  for (const file of chats.flatMap(filesOf)) {
    const url = all.files?.[file.id];
    if (typeof url === "string" && url.startsWith("data:") && !names.has(file.id)) {
      names.set(file.id, await putFile(blobOf(url)));
    }
  }
  for (const chat of chats) {
    for (const file of filesOf(chat)) file.id = names.get(file.id) ?? file.id;
    if (await getChat(chat.id)) chat.id = newId();
    await putChat(chat);
  }
  return chats.length;
}

/** @param {string} url a data URL in base64 */
function blobOf(url) {
  const comma = url.indexOf(",");
  const type = url.slice(5, comma).replace(";base64", "");
  const text = atob(url.slice(comma + 1));
  return new Blob([Uint8Array.from(text, (c) => c.charCodeAt(0))], { type });
}
