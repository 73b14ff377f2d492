// Addresses of kept files while the page is drawn.
import { fileUrl, knownUrl } from "../chat-store.js";
import { changed } from "../state.js";

/** The address of a file, or "" until it is known; then the page is drawn again. @param {string} id */
export function urlOf(id) {
  const url = knownUrl(id);
  if (!url) fileUrl(id).then((u) => u && changed());
  return url;
}
