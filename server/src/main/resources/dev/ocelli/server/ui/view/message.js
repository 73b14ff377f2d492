// A message: what was asked with its files, or a reply with its thoughts, boxes and timings.
import { h } from "../lib/preact.js";
import * as actions from "../actions.js";
import { regions } from "../boxes.js";
import { siblings } from "../chats.js";
import { t } from "../i18n.js";
import * as markdown from "../markdown.js";
import { changed, state, update } from "../state.js";
import { urlOf } from "./file-url.js";
import { icon, iconButton } from "./icons.js";
import { pictures } from "./regions.js";
import { timings } from "./timings.js";

/** HTML of replies that have been shown: those that do not change are not rendered again. */
const rendered = new Map();
const MOST_RENDERED = 500;

/** @param {import("../chats.js").Node} node */
function htmlOf(node) {
  const known = rendered.get(node.id);
  if (known && known.text === node.text && known.generation === markdown.generation) return known.html;
  const html = markdown.html(node.text, changed);
  if (rendered.size > MOST_RENDERED) rendered.clear();
  rendered.set(node.id, { text: node.text, generation: markdown.generation, html });
  return html;
}

/**
 * @param {import("../chats.js").Chat} chat
 * @param {import("../chats.js").Node} node
 * @param {import("../chats.js").Node | undefined} question of a reply
 */
export function message(chat, node, question) {
  return node.role === "user" ? asked(chat, node) : replied(chat, node, question);
}

/** @param {import("../chats.js").Chat} chat @param {import("../chats.js").Node} node */
function asked(chat, node) {
  return h(
    "article",
    { key: node.id, class: "message user", "aria-label": t("message.you") },
    (node.files ?? []).length > 0 ? h("ul", { class: "shown-files" }, (node.files ?? []).map(shownFile)) : null,
    node.text ? h("div", { class: "bubble" }, node.text) : null,
    h(
      "div",
      { class: "actions" },
      versions(chat, node),
      node.id === chat.leaf && !state.running ? iconButton("redo", t("message.regenerate"), () => actions.answerAgain(node)) : null,
      iconButton("edit", t("message.edit"), () => actions.edit(node), { disabled: state.running !== null }),
      iconButton("copy", t("message.copy"), () => actions.copy(node.text)),
    ),
  );
}

/** @param {import("../state.js").Attachment} file */
function shownFile(file) {
  const url = urlOf(file.id);
  if (file.kind === "picture" && file.width) {
    return h(
      "li",
      { key: file.id },
      h("a", { href: url, target: "_blank", rel: "noopener", title: t("message.enlarge", { name: file.name }) }, h("img", { src: url, alt: file.name, width: file.width, height: file.height })),
    );
  }
  if (file.kind === "clip" && file.type.startsWith("video/")) {
    return h("li", { key: file.id }, h("video", { src: url, controls: true, "aria-label": file.name }));
  }
  return h("li", { key: file.id, class: "named" }, icon(file.kind === "clip" ? "film" : "file"), file.name);
}

/** @param {import("../chats.js").Chat} chat @param {import("../chats.js").Node} node @param {import("../chats.js").Node} [question] */
function replied(chat, node, question) {
  const running = state.running?.node === node.id ? state.running : null;
  const found = regions(node.text);
  return h(
    "article",
    { key: node.id, class: "message reply", "aria-label": t("message.model"), "aria-busy": running ? "true" : undefined },
    node.reasoning
      ? h(
          "details",
          { class: "thoughts" },
          h("summary", null, running?.phase === "think" ? t("message.thinkingNow") : t("message.thinking")),
          h("div", { class: "thought-text" }, node.reasoning),
        )
      : null,
    node.text ? h("div", { class: "markdown", dangerouslySetInnerHTML: { __html: htmlOf(node) } }) : null,
    found.length > 0 && question ? pictures(node, question, found) : null,
    running ? progress(running) : null,
    running ? null : ended(chat, node),
    node.timings ? timings(node) : null,
    running
      ? null
      : h(
          "div",
          { class: "actions" },
          versions(chat, node),
          iconButton("copy", t("message.copy"), () => actions.copy(node.text)),
          iconButton("redo", t("message.regenerate"), () => actions.regenerate(node), { disabled: state.running !== null }),
          node.id === chat.leaf && node.text && ["length", "stopped"].includes(finishOf(node) ?? "")
            ? iconButton("play", t("message.continue"), () => actions.resume(node), { disabled: state.running !== null })
            : null,
          iconButton("branch", t("message.branch"), () => actions.branchAt(node), { disabled: state.running !== null }),
        ),
  );
}

/** @param {NonNullable<typeof state.running>} running */
function progress(running) {
  return h(
    "p",
    { class: "progress" },
    h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
    t(`phase.${running.phase === "send" && state.loading.length > 0 ? "load" : running.phase}`),
    running.share > 0 && running.share < 1 ? h("progress", { value: running.share, max: 1, "aria-label": t(`phase.${running.phase}`) }) : null,
  );
}

/** @param {import("../chats.js").Chat} chat @param {import("../chats.js").Node} node */
function ended(chat, node) {
  const notes = [];
  if (node.error) {
    notes.push(
      h(
        "div",
        { class: "error", role: "alert" },
        h("strong", null, t("error.title")),
        h("span", null, node.error.message),
        node.error.status === 401
          ? h("button", { type: "button", onClick: () => update({ panel: "key" }) }, t("error.key"))
          : h("button", { type: "button", onClick: () => actions.retry(chat, node) }, t("message.retry")),
      ),
    );
  }
  const finish = finishOf(node);
  if (finish && ["length", "stopped", "repetition"].includes(finish)) {
    notes.push(h("p", { class: "finish" }, t(`finish.${finish}`)));
  }
  if (node.dropped) notes.push(h("p", { class: "finish" }, node.dropped));
  return notes;
}

/** Why a reply that is not being written ended; a page that was left while it came has stopped it. @param {import("../chats.js").Node} node */
function finishOf(node) {
  return node.finish ?? (node.error ? undefined : "stopped");
}

/** Between what stands in the same place. @param {import("../chats.js").Chat} chat @param {import("../chats.js").Node} node */
function versions(chat, node) {
  const all = siblings(chat, node);
  if (all.length < 2) return null;
  const i = all.findIndex((n) => n.id === node.id);
  const to = (/** @type {number} */ k) => () => actions.showVersion(all[k]);
  return h(
    "span",
    { class: "versions", role: "group", "aria-label": t("message.version", { i: i + 1, n: all.length }) },
    iconButton("left", t("message.previous"), to(i - 1), { disabled: i === 0 || state.running !== null }),
    h("span", null, `${i + 1}/${all.length}`),
    iconButton("right", t("message.next"), to(i + 1), { disabled: i === all.length - 1 || state.running !== null }),
  );
}
