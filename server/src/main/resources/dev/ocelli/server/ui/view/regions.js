// Boxes and points of a reply over the picture, page or frame that they are about, and the list of them beside it.
import { h } from "../lib/preact.js";
import { annotated, download } from "../annotate.js";
import { byTime, colour, regionsOf } from "../boxes.js";
import { number, t } from "../i18n.js";
import { viewsOf } from "../views.js";
import { urlOf } from "./file-url.js";
import { icon } from "./icons.js";

/**
 * @typedef {object} Stage what regions are drawn on
 * @property {string} key
 * @property {string} url
 * @property {number} [width]
 * @property {number} [height]
 * @property {string} title what is seen: which picture, page or frame
 * @property {string} alt
 * @property {string} file name of a download, without ending
 * @property {string} [problem] why it cannot be shown, or that it comes
 */

/**
 * @param {import("../chats.js").Node} node the reply
 * @param {import("../chats.js").Node} question with the files
 * @param {import("../boxes.js").Region[]} all
 */
export function pictures(node, question, all) {
  const files = question.files ?? [];
  const several = files.reduce((n, f) => n + (f.count ?? 1), 0) > 1;
  let first = 0;
  return files.flatMap((file) => {
    const from = first;
    first += file.count ?? 1;
    if (file.kind === "picture" && file.width) {
      const shown = regionsOf(all, from);
      return shown.length > 0 ? [figure(node, picture(file, several ? from + 1 : 0), shown, all)] : [];
    }
    return drawn(file, from, all).map(({ stage, shown }) => figure(node, stage, shown, all));
  });
}

/** @param {import("../state.js").Attachment} file @param {number} number of the picture; 0 where there is one alone @returns {Stage} */
function picture(file, number) {
  const title = number > 0 ? t("boxes.picture", { n: number }) : t("boxes.title");
  return { key: file.id, url: urlOf(file.id), width: file.width, height: file.height, title, alt: file.name, file: stem(file) };
}

/** @param {import("../state.js").Attachment} file */
function stem(file) {
  return file.name.replace(/\.\w+$/, "");
}

/**
 * Pages and frames that the server draws, those with regions.
 * @param {import("../state.js").Attachment} file
 * @param {number} first its first picture among those of the message
 * @param {import("../boxes.js").Region[]} all
 */
function drawn(file, first, all) {
  const clip = file.kind === "clip";
  const wanted = [];
  for (let i = 0; i < (file.count ?? 1); i++) {
    const shown = regionsOf(all, first + i);
    if (shown.length === 0) continue;
    if (clip) byTime(shown).forEach((some) => wanted.push({ place: { index: i, ...(some[0].seconds >= 0 ? { seconds: some[0].seconds } : {}) }, shown: some }));
    else wanted.push({ place: { index: i }, shown });
  }
  const views = viewsOf(file, wanted.map((w) => w.place));
  return wanted.map(({ place, shown }, i) => ({ stage: clip ? frame(file, place, views[i]) : page(file, place, views[i]), shown }));
}

/**
 * @param {import("../state.js").Attachment} file
 * @param {import("../views.js").Wanted} place
 * @param {import("../views.js").View | string | null} view
 * @returns {Stage}
 */
function page(file, place, view) {
  const n = (view && typeof view !== "string" && view.page) || place.index + 1;
  const title = t("boxes.page", { n: number(n), name: file.name });
  return { ...seen(view), key: `${file.id}-${place.index}`, title, alt: title, file: `${stem(file)}-page-${n}` };
}

/**
 * @param {import("../state.js").Attachment} file
 * @param {import("../views.js").Wanted} place
 * @param {import("../views.js").View | string | null} view
 * @returns {Stage}
 */
function frame(file, place, view) {
  const at = (view && typeof view !== "string" && view.seconds) || 0;
  const values = { s: number(at, 1), name: file.name };
  const title = t(place.seconds === undefined ? "boxes.firstFrame" : "boxes.frame", values);
  return { ...seen(view), key: `${file.id}-${place.index}-${place.seconds ?? ""}`, title, alt: title, file: `${stem(file)}-${at.toFixed(1)}s` };
}

/** @param {import("../views.js").View | string | null} view */
function seen(view) {
  if (view === null) return { url: "", problem: t("boxes.drawing") };
  return typeof view === "string" ? { url: "", problem: view } : { url: view.url, width: view.width, height: view.height };
}

/**
 * @param {import("../chats.js").Node} node
 * @param {Stage} stage
 * @param {import("../boxes.js").Shown[]} shown
 * @param {import("../boxes.js").Region[]} all
 */
function figure(node, stage, shown, all) {
  return h(
    "figure",
    { key: `${node.id}-${stage.key}`, class: "annotated" },
    stage.problem ? h("p", { class: "stage none", role: "status" }, stage.problem) : overlay(stage, shown, all),
    h(
      "figcaption",
      null,
      h("strong", null, stage.title),
      h(
        "ol",
        null,
        shown.map((r) =>
          h(
            "li",
            { key: r.index },
            h(
              "button",
              { type: "button", "data-region": r.index, "aria-label": t("boxes.region", { n: r.index + 1, label: r.label, at: r.at.join(", ") }) },
              h("i", { style: { background: colour(all, r.index) } }, r.index + 1),
              h("span", null, r.label || r.kind),
              h("small", null, r.at.join(" ")),
            ),
          ),
        ),
      ),
      stage.problem
        ? null
        : h(
            "button",
            { type: "button", class: "quiet", onClick: async () => download(await annotated(stage.url, shown, all), `${stage.file}-boxes.png`) },
            icon("download"),
            t("boxes.download"),
          ),
    ),
  );
}

/** @param {Stage} stage @param {import("../boxes.js").Shown[]} shown @param {import("../boxes.js").Region[]} all */
function overlay(stage, shown, all) {
  return h(
    "div",
    { class: "stage" },
    h("img", { src: stage.url, alt: stage.alt, width: stage.width, height: stage.height }),
    h(
      "svg",
      { viewBox: "0 0 1000 1000", preserveAspectRatio: "none", "aria-hidden": "true" },
      shown.map((r) => mark(r, colour(all, r.index))),
    ),
    shown.map((r) =>
      h(
        "span",
        { key: r.index, class: "tag", "data-region": r.index, style: { left: `${r.at[0] / 10}%`, top: `${r.at[1] / 10}%`, background: colour(all, r.index) }, "aria-hidden": "true" },
        r.index + 1,
      ),
    ),
  );
}

/** @param {import("../boxes.js").Shown} r @param {string} stroke */
function mark(r, stroke) {
  if (r.kind === "box") {
    const [x1, y1, x2, y2] = r.at;
    return h("rect", { key: r.index, class: "mark", "data-region": r.index, x: x1, y: y1, width: x2 - x1, height: y2 - y1, stroke, fill: stroke });
  }
  return h("circle", { key: r.index, class: "mark point", "data-region": r.index, cx: r.at[0], cy: r.at[1], r: 12, stroke, fill: stroke });
}

/** Lights up the words, the box and the entry of a region together. @param {HTMLElement} root */
export function linkRegions(root) {
  const light = (/** @type {Event} */ e, /** @type {boolean} */ on) => {
    const at = /** @type {Element} */ (e.target).closest?.("[data-region]");
    const whole = at?.closest(".message");
    if (!at || !whole) return;
    for (const same of whole.querySelectorAll(`[data-region="${CSS.escape(at.getAttribute("data-region") ?? "")}"]`)) {
      same.toggleAttribute("data-hot", on);
    }
  };
  for (const [enter, leave] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    root.addEventListener(enter, (e) => light(e, true));
    root.addEventListener(leave, (e) => light(e, false));
  }
}
