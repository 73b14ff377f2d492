// Small drawings beside words; never the only name of a button.
import { h } from "../lib/preact.js";

const PATHS = {
  plus: "M12 5v14M5 12h14",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM20 20l-4-4",
  menu: "M4 6h16M4 12h16M4 18h16",
  close: "M6 6l12 12M18 6L6 18",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
  send: "M12 19V5M6 11l6-6 6 6",
  stop: "M7 7h10v10H7z",
  clip: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.5 3.5 0 0 1 5 5l-8.5 8.5a2 2 0 0 1-3-3L14 7",
  folder: "M3 6h6l2 2h10v11H3z",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
  spark: "M12 3l2 6 6 2-6 2-2 6-2-6-6-2 6-2z",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  redo: "M20 12a8 8 0 1 1-2.5-5.8M20 4v4h-4",
  play: "M8 5l10 7-10 7z",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  branch: "M7 4v10M7 14a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM17 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM17 10c0 4-4 4-7 5",
  left: "M14 6l-6 6 6 6",
  right: "M10 6l6 6-6 6",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  text: "M5 6h14M12 6v13M9 19h6",
  table: "M4 5h16v14H4zM4 10h16M4 15h16M10 5v14",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  check: "M4 12l5 5L20 6",
  box: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4",
  film: "M4 5h16v14H4zM8 5v14M16 5v14M4 12h16",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2",
  moon: "M20 14A8 8 0 1 1 10 4a6.5 6.5 0 0 0 10 10z",
  auto: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
  key: "M15 4a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM11 12l-8 8M6 17l2 2",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  return h(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    h("path", { d: PATHS[name] }),
  );
}

/**
 * A button with a drawing; its name is read aloud and shown when pointed at.
 * @param {keyof typeof PATHS} drawing
 * @param {string} name
 * @param {(e: Event) => void} onClick
 * @param {Record<string, unknown>} [more] other properties
 */
export function iconButton(drawing, name, onClick, more = {}) {
  return h("button", { type: "button", class: "icon-button", title: name, "aria-label": name, onClick, ...more }, icon(drawing));
}
