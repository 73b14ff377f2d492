// What is being asked, and how it is: model, memory, load; language and appearance.
import { h } from "../lib/preact.js";
import * as actions from "../actions.js";
import { bytes, languages, number, t } from "../i18n.js";
import { prefer, state, update } from "../state.js";
import { iconButton } from "./icons.js";

const THEMES = /** @type {const} */ (["auto", "light", "dark"]);
const DRAWINGS = { auto: "auto", light: "sun", dark: "moon" };

export function header() {
  const next = THEMES[(THEMES.indexOf(state.prefs.theme) + 1) % THEMES.length];
  return h(
    "header",
    { class: "header" },
    iconButton("menu", t("chats.open"), () => update({ sidebar: true }), { class: "icon-button only-narrow", "aria-expanded": String(state.sidebar) }),
    models(),
    facts(),
    h("span", { class: "space" }),
    h(
      "select",
      {
        class: "language",
        "aria-label": t("language.label"),
        title: t("language.label"),
        value: state.prefs.language,
        onChange: (/** @type {any} */ e) => actions.speak(e.target.value),
      },
      Object.keys(languages).map((code) => h("option", { key: code, value: code }, code === "zh" ? "中文" : "English")),
    ),
    iconButton(DRAWINGS[state.prefs.theme], `${t("theme.label")}: ${t(`theme.${state.prefs.theme}`)}`, () => actions.appear(next)),
    iconButton("key", t("panel.key"), () => update({ panel: "key" })),
    iconButton("settings", t("panel.settings"), () => update({ panel: state.panel === "settings" ? null : "settings" }), {
      "aria-expanded": String(state.panel === "settings"),
    }),
  );
}

function models() {
  if (state.models.length === 0) return null;
  const label = (/** @type {any} */ m) => {
    const status = m.status?.value;
    const note = state.models.length > 1 && status ? ` · ${t(`model.${status}`)}` : "";
    return m.id + note;
  };
  return h(
    "select",
    {
      class: "model",
      "aria-label": t("model.label"),
      title: t("model.label"),
      value: state.prefs.model,
      onChange: (/** @type {any} */ e) => {
        prefer({ model: e.target.value });
        actions.describeModel();
      },
    },
    state.models.map((m) => h("option", { key: m.id, value: m.id, disabled: m.status?.value === "unusable" }, label(m))),
  );
}

function facts() {
  const model = state.models.find((m) => m.id === state.prefs.model);
  if (!model?.meta) return null;
  const words = [t("model.memory", { size: bytes(model.meta.size) }), t("model.context", { n: number(model.meta.n_ctx) })];
  if (state.slots) words.push(t("server.slots", state.slots));
  return h("span", { class: "facts" }, words.join(" · "));
}
