// Takes in pictures, PDFs, clips and folders that people choose, drop, paste or photograph.
import { fileUrl, putFile } from "./chat-store.js";
import { planDraft } from "./costs.js";
import { kept } from "./keep.js";
import { changed, notify, state } from "./state.js";
import { t } from "./i18n.js";

/** More files than this in one message are surely a mistake, such as a home folder. */
const MOST_FILES = 200;

/** @param {string} name @param {string} type @returns {import("./state.js").Attachment["kind"] | null} */
export function kindOf(name, type) {
  const ending = name.toLowerCase().split(".").pop() ?? "";
  if (type === "application/pdf" || ending === "pdf") return "pdf";
  if (type.startsWith("video/") || ["mp4", "webm", "mkv", "mov", "avi"].includes(ending)) return "clip";
  if (type.startsWith("image/") && type !== "image/svg+xml") return "picture";
  return ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"].includes(ending) ? "picture" : null;
}

/** Files of a drop, those of folders in it included. @param {DataTransfer} data @returns {Promise<File[]>} */
export async function dropped(data) {
  const entries = [...data.items].map((i) => i.webkitGetAsEntry?.()).filter((e) => e !== null && e !== undefined);
  if (!entries.some((e) => e.isDirectory)) return [...data.files];
  const out = [];
  for (const entry of entries) await walk(entry, out);
  return out;
}

/** @param {any} entry @param {File[]} out */
async function walk(entry, out) {
  if (out.length > MOST_FILES) return;
  if (entry.isFile) {
    out.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    some.sort((/** @type {any} */ a, /** @type {any} */ b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
    for (const e of some) await walk(e, out);
  }
}

/** Puts files beside the message that is being written. @param {Iterable<File>} files */
export async function attach(files) {
  let refused = 0;
  for (const file of files) {
    const kind = kindOf(file.name, file.type);
    if (!kind || state.draft.files.length >= MOST_FILES) {
      refused++;
      continue;
    }
    const id = await kept(() => putFile(file));
    if (!id) break;
    const size = kind === "picture" ? await pixelsOf(file) : {};
    state.draft.files.push({ id, kind, name: file.name || t("file.pasted"), type: file.type, size: file.size, ...size });
    await fileUrl(id);
    changed();
  }
  if (refused > 0) notify(t("file.refused", { n: refused, most: MOST_FILES }));
  await planDraft();
}

/** The size as shown: turned as the file says. @param {Blob} blob */
async function pixelsOf(blob) {
  try {
    const bitmap = await createImageBitmap(blob);
    const size = { width: bitmap.width, height: bitmap.height };
    bitmap.close();
    return size;
  } catch {
    return {};
  }
}

/** Between picture and clip: GIF and WebP may be either. @param {string} id */
export function toggleKind(id) {
  const file = state.draft.files.find((f) => f.id === id);
  if (!file) return;
  file.kind = file.kind === "clip" ? "picture" : "clip";
  delete file.plan;
  changed();
  planDraft();
}

/** Which pages of a PDF are sent. @param {string} id @param {string} pages such as 1-5,9 */
export function choosePages(id, pages) {
  const file = state.draft.files.find((f) => f.id === id);
  if (!file) return;
  file.pages = pages.replace(/\s/g, "");
  delete file.plan;
  changed();
  planDraft();
}

/** Another limit of tokens: what was counted with the old one counts no more. */
export function planAgain() {
  state.draft.files.forEach((f) => delete f.plan);
  changed();
  planDraft();
}

/** @param {string} id */
export function detach(id) {
  state.draft.files = state.draft.files.filter((f) => f.id !== id);
  changed();
  planDraft();
}

/** A drawn scene: something that the built-in model knows. @returns {Promise<File>} */
export function drawnExample() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 192;
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  g.fillStyle = "#ffffff";
  g.fillRect(0, 0, 192, 192);
  g.fillStyle = "#dc2828";
  g.beginPath();
  g.arc(36, 36, 24, 0, 2 * Math.PI);
  g.fill();
  g.fillStyle = "#2850dc";
  g.fillRect(134, 134, 44, 44);
  return new Promise((resolve) =>
    canvas.toBlob((b) => resolve(new File([/** @type {Blob} */ (b)], "example.png", { type: "image/png" })), "image/png"),
  );
}
