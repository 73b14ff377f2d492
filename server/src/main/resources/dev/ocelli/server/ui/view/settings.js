// Settings of replies: preset, system prompt, every sampling setting, and what the server would do by itself.
import { h } from "../lib/preact.js";
import * as actions from "../actions.js";
import { t } from "../i18n.js";
import { PRESETS, SETTINGS, valueOf } from "../sampling.js";
import { notify, prefer, state } from "../state.js";

export function settings() {
  const { sampling } = state.prefs;
  const set = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    const next = { ...sampling, [name]: value };
    if (value === "") delete next[name];
    prefer({ sampling: next });
  };
  return h(
    "div",
    { class: "settings" },
    h(
      "label",
      { class: "field" },
      h("span", null, t("settings.preset")),
      h(
        "select",
        { id: "preset", value: sampling.preset ?? "", onChange: (/** @type {any} */ e) => set("preset", e.target.value) },
        h("option", { value: "" }, t("settings.presetNone")),
        PRESETS.map((p) => h("option", { key: p, value: p }, p)),
      ),
    ),
    reasons()
      ? h(
          "label",
          { class: "field" },
          h("span", null, t("settings.thinking")),
          h(
            "select",
            { value: sampling.thinking ?? "", onChange: (/** @type {any} */ e) => set("thinking", e.target.value) },
            h("option", { value: "" }, t("settings.thinkingOn")),
            h("option", { value: "off" }, t("settings.thinkingOff")),
          ),
        )
      : null,
    h(
      "label",
      { class: "field tall" },
      h("span", null, t("settings.system")),
      h("textarea", { id: "system", rows: 3, value: state.chat?.system ?? state.prefs.system, onInput: (/** @type {any} */ e) => actions.setSystem(e.target.value) }),
    ),
    h("button", { type: "button", class: "quiet", onClick: () => prefer({ system: state.chat?.system ?? state.prefs.system }) }, t("settings.systemDefault")),
    SETTINGS.map((g) =>
      h(
        "fieldset",
        { key: g.group },
        h("legend", null, t(`settings.${g.group}`)),
        g.settings.map((s) => field(s, sampling[s.name], (v) => set(s.name, v))),
      ),
    ),
    h("button", { type: "button", class: "wide", onClick: () => prefer({ sampling: {} }) }, t("settings.reset")),
  );
}

function reasons() {
  return state.models.find((m) => m.id === state.prefs.model)?.capabilities?.includes("reasoning") ?? false;
}

/** @param {import("../sampling.js").Setting} setting */
function byDefault(setting) {
  const value = state.props?.default_generation_settings?.params?.[setting.name];
  return value === undefined || Array.isArray(value) || setting.name === "seed" ? "" : String(value);
}

/** What is being typed: the page may be drawn again meanwhile, as it is while a reply comes. @type {Map<string, string>} */
const typed = new Map();

/** @param {import("../sampling.js").Setting} setting @param {any} value @param {(v: unknown) => void} set */
function field(setting, value, set) {
  const id = `set-${setting.name}`;
  const take = (/** @type {any} */ e) => {
    typed.delete(id);
    try {
      set(valueOf(setting, e.target.value));
      e.target.setCustomValidity("");
      e.target.removeAttribute("aria-invalid");
    } catch {
      // Not reportValidity: it would take the focus back from the field that is typed in next.
      e.target.setCustomValidity(t("settings.wrong"));
      e.target.setAttribute("aria-invalid", "true");
      notify(`${setting.name}: ${t("settings.wrong")}`);
    }
  };
  const keep = (/** @type {any} */ e) => typed.set(id, e.target.value);
  const common = { id, value: typed.get(id) ?? value ?? "", onInput: keep, onChange: take, "aria-describedby": `${id}-help`, placeholder: byDefault(setting) };
  let input;
  if (setting.type === "check") {
    input = h("select", { ...common, value: value === undefined ? "" : String(value) }, [
      h("option", { value: "" }, byDefault(setting) || t("settings.presetNone")),
      h("option", { value: "true" }, t("settings.yes")),
      h("option", { value: "false" }, t("settings.no")),
    ]);
  } else if (setting.type === "lines" || setting.type === "json") {
    input = h("textarea", { ...common, rows: 2, spellcheck: false });
  } else if (setting.type === "text") {
    input = h("input", { ...common, type: "text", spellcheck: false });
  } else {
    input = h("input", { ...common, type: "number", min: setting.min, max: setting.max, step: "any", inputmode: "decimal" });
  }
  return h(
    "div",
    { class: "field", key: setting.name },
    h("label", { for: id }, h("code", null, setting.name)),
    input,
    h("small", { id: `${id}-help` }, t(`help.${setting.name}`)),
  );
}
