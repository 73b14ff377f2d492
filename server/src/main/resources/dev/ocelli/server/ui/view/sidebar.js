// The list of chats.
import { h } from "../lib/preact.js";
import * as actions from "../actions.js";
import { found } from "../chats.js";
import { t } from "../i18n.js";
import { state, update } from "../state.js";
import { icon, iconButton } from "./icons.js";

export function sidebar() {
  const chats = found(state.chats, state.search);
  return h(
    "nav",
    { class: "sidebar", "aria-label": t("chats.title"), "data-open": state.sidebar ? "" : undefined },
    h(
      "div",
      { class: "brand" },
      h("img", { src: "ui/icon.svg", alt: "", width: 26, height: 26 }),
      h("strong", null, "Ocelli"),
      iconButton("close", t("chats.close"), () => update({ sidebar: false }), { class: "icon-button only-narrow" }),
    ),
    h("button", { type: "button", class: "new-chat", onClick: actions.newChat }, icon("plus"), t("chats.new")),
    h(
      "label",
      { class: "search" },
      icon("search"),
      h("input", {
        type: "search",
        id: "search",
        placeholder: t("chats.search"),
        "aria-label": t("chats.search"),
        value: state.search,
        onInput: (/** @type {any} */ e) => update({ search: e.target.value }),
      }),
    ),
    chats.length === 0
      ? h("p", { class: "empty" }, state.chats.length === 0 ? t("chats.none") : t("chats.nothing"))
      : h("ul", { class: "chats" }, chats.map(entry)),
    h(
      "div",
      { class: "foot" },
      h("button", { type: "button", class: "quiet", onClick: actions.exportAll, disabled: state.chats.length === 0 }, t("chats.exportAll")),
      h("button", { type: "button", class: "quiet", onClick: actions.importChats }, t("chats.import")),
    ),
  );
}

/** @param {import("../chats.js").Summary} chat */
function entry(chat) {
  const title = chat.title || t("chats.untitled");
  const here = state.chat?.id === chat.id;
  const act = (/** @type {string} */ name, /** @type {() => void} */ f) =>
    h(
      "button",
      {
        type: "button",
        onClick: (/** @type {any} */ e) => {
          e.target.closest("details").open = false;
          f();
        },
      },
      name,
    );
  return h(
    "li",
    { key: chat.id, class: here ? "here" : "" },
    h("button", { type: "button", class: "title", "aria-current": here ? "page" : undefined, onClick: () => actions.openChat(chat.id) }, title),
    h(
      "details",
      { class: "menu" },
      h("summary", { "aria-label": t("chats.more", { title }), title: t("chats.more", { title }) }, icon("more")),
      h(
        "div",
        { class: "menu-items" },
        act(t("chats.rename"), () => actions.rename(chat)),
        act(t("chats.export"), () => actions.exportChat(chat.id)),
        act(t("chats.delete"), () => actions.remove(chat)),
      ),
    ),
  );
}
