// Boxes and points of a reply over the picture that they are about, and the list of them beside it.
import { h } from "../lib/preact.js";
import { annotated, download } from "../annotate.js";
import { colour, regionsOf } from "../boxes.js";
import { t } from "../i18n.js";
import { urlOf } from "./file-url.js";
import { icon } from "./icons.js";

/**
 * @param {import("../chats.js").Node} node the reply
 * @param {import("../chats.js").Node} question with the pictures
 * @param {import("../boxes.js").Region[]} all
 */
export function pictures(node, question, all) {
  const files = (question.files ?? []).filter((f) => f.kind === "picture" && f.width);
  return files.map((file, i) => {
    const shown = regionsOf(all, i);
    return shown.length > 0 ? figure(node, file, files.length > 1 ? i + 1 : 0, shown, all) : null;
  });
}

/**
 * @param {import("../chats.js").Node} node
 * @param {import("../state.js").Attachment} file
 * @param {number} number of the picture; 0 where there is one alone
 * @param {(import("../boxes.js").Region & {index: number})[]} shown
 * @param {import("../boxes.js").Region[]} all
 */
function figure(node, file, number, shown, all) {
  const url = urlOf(file.id);
  const name = file.name.replace(/\.\w+$/, "");
  return h(
    "figure",
    { key: `${node.id}-${file.id}`, class: "annotated" },
    h(
      "div",
      { class: "stage" },
      h("img", { src: url, alt: file.name, width: file.width, height: file.height }),
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
    ),
    h(
      "figcaption",
      null,
      h("strong", null, number > 0 ? t("boxes.picture", { n: number }) : t("boxes.title")),
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
      h(
        "button",
        { type: "button", class: "quiet", onClick: async () => download(await annotated(url, shown, all), `${name}-boxes.png`) },
        icon("download"),
        t("boxes.download"),
      ),
    ),
  );
}

/** @param {import("../boxes.js").Region & {index: number}} r @param {string} stroke */
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
