// Where a message is written: words, files with what they cost, and the buttons beside them.
import { h } from "../lib/preact.js";
import * as actions from "../actions.js";
import { knownUrl } from "../chat-store.js";
import { attach, choosePages, detach, planAgain, toggleKind } from "../files.js";
import { stop } from "../generate.js";
import { about, bytes, number, t } from "../i18n.js";
import { PICTURE_TOKENS } from "../sampling.js";
import { prefer, state, update } from "../state.js";
import { icon, iconButton } from "./icons.js";

const ACCEPTED = "image/*,application/pdf,video/*,.tif,.tiff";

export function composer() {
  const { draft } = state;
  const empty = !draft.text.trim() && draft.files.length === 0;
  return h(
    "form",
    {
      class: "composer",
      onSubmit: (/** @type {Event} */ e) => {
        e.preventDefault();
        actions.send();
      },
    },
    draft.editing
      ? h("p", { class: "editing" }, t("composer.editing"), h("button", { type: "button", class: "quiet", onClick: actions.cancelEdit }, t("composer.cancel")))
      : null,
    draft.files.length > 0 ? tray() : null,
    h("textarea", {
      id: "message",
      rows: 1,
      placeholder: t("composer.placeholder"),
      "aria-label": t("composer.label"),
      "aria-describedby": "composer-hint",
      value: draft.text,
      onInput: (/** @type {any} */ e) => {
        draft.text = e.target.value;
        update({});
      },
      onKeyDown: (/** @type {KeyboardEvent} */ e) => {
        if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
          e.preventDefault();
          actions.send();
        }
      },
    }),
    h(
      "div",
      { class: "tools" },
      picker("clip", t("composer.attach"), { multiple: true, accept: ACCEPTED }),
      picker("folder", t("composer.folder"), { webkitdirectory: true }),
      iconButton("camera", t("composer.camera"), () => update({ panel: "camera" })),
      h("button", { type: "button", class: "quiet", onClick: () => update({ panel: "templates" }) }, icon("spark"), t("composer.templates")),
      h("span", { class: "space" }),
      h("span", { class: "hint", id: "composer-hint" }, t("composer.hint")),
      state.running
        ? h("button", { type: "button", class: "send stop", onClick: stop, title: t("composer.stop"), "aria-label": t("composer.stop") }, icon("stop"))
        : h(
            "button",
            { type: "submit", class: "send", disabled: empty, title: t(draft.editing ? "composer.save" : "composer.send"), "aria-label": t(draft.editing ? "composer.save" : "composer.send") },
            icon("send"),
          ),
    ),
  );
}

/** A button over a hidden file field. @param {any} drawing @param {string} name @param {Record<string, unknown>} field */
function picker(drawing, name, field) {
  return h(
    "label",
    { class: "icon-button", title: name },
    icon(drawing),
    h("input", {
      type: "file",
      class: "hidden-file",
      "aria-label": name,
      ...field,
      onChange: (/** @type {any} */ e) => {
        attach([...e.target.files]);
        e.target.value = "";
      },
    }),
  );
}

function tray() {
  const files = state.draft.files;
  return h(
    "div",
    { class: "tray" },
    h("ul", { class: "files" }, files.map(chip)),
    h("div", { class: "budget", role: "status" }, budget(), limit()),
  );
}

/** @param {import("../state.js").Attachment} file */
function chip(file) {
  const { plan } = file;
  const facts = plan?.error
    ? h("span", { class: "wrong" }, plan.error)
    : h(
        "span",
        { class: "facts" },
        plan?.grid ? h("span", { class: "grid" }, t("file.plan", { w: file.width, h: file.height, gh: plan.grid[1], gw: plan.grid[2] })) : bytes(file.size),
        h("span", { class: "tokens" }, plan ? [t("file.tokens", { n: number(plan.tokens) }), ...time(plan)].join(" · ") : t("file.counting")),
      );
  return h(
    "li",
    { key: file.id, class: "chip" },
    file.kind === "picture" && file.width
      ? h("img", { src: knownUrl(file.id), alt: "" })
      : h("span", { class: "thumb" }, icon(file.kind === "clip" ? "film" : "file")),
    h("span", { class: "about" }, h("strong", null, file.name), facts),
    file.kind === "pdf"
      ? h("input", {
          type: "text",
          class: "pages",
          placeholder: t("file.pages"),
          "aria-label": t("file.pagesOf", { name: file.name }),
          value: file.pages ?? "",
          // The page may be drawn again while somebody types.
          onInput: (/** @type {any} */ e) => (file.pages = e.target.value),
          onChange: (/** @type {any} */ e) => choosePages(file.id, e.target.value),
        })
      : null,
    /\.(gif|webp)$/i.test(file.name)
      ? h("button", { type: "button", class: "quiet", onClick: () => toggleKind(file.id) }, t(file.kind === "clip" ? "file.asPicture" : "file.asClip"))
      : null,
    iconButton("close", t("file.remove", { name: file.name }), () => detach(file.id)),
  );
}

/** How long the model looks at a file. @param {NonNullable<import("../state.js").Attachment["plan"]>} plan */
function time(plan) {
  if (plan.cached) return [t("file.cached")];
  return plan.seconds === null ? [] : [about(plan.seconds)];
}

function budget() {
  const { files, cost } = state.draft;
  const context = state.models.find((m) => m.id === state.prefs.model)?.meta?.n_ctx ?? 0;
  if (!files.some((f) => f.plan)) return h("span", null, t("file.counting"));
  const tokens = files.reduce((n, f) => n + (f.plan?.tokens ?? 0), 0);
  const words = [t("budget.total", { n: number(tokens) })];
  if (context > 0) words.push(t("budget.share", { share: number((100 * tokens) / context, tokens * 20 < context ? 1 : 0) }));
  if (cost?.cached) words.push(t("budget.cached", { n: number(cost.cached), all: number(cost.tokens) }));
  if (cost) words.push(cost.seconds === null ? t("budget.unknown") : t("budget.seconds", { time: about(cost.seconds) }));
  const tooMuch = context > 0 && tokens >= context;
  return h(
    "span",
    null,
    words.join(" · "),
    tooMuch ? h("strong", { class: "wrong" }, " ", t("budget.tooMuch")) : null,
  );
}

function limit() {
  return h(
    "label",
    { class: "limit" },
    t("budget.limit"),
    h(
      "select",
      {
        value: String(state.prefs.pictureTokens),
        onChange: (/** @type {any} */ e) => {
          prefer({ pictureTokens: Number(e.target.value) });
          planAgain();
        },
      },
      PICTURE_TOKENS.map((n) => h("option", { key: n, value: String(n) }, n === 0 ? t("budget.auto") : t("budget.most", { n: number(n) }))),
    ),
  );
}
