// What opens over the page: prompts, camera, API key. And settings, which stand beside it.
import { Component, createRef, h } from "../lib/preact.js";
import * as actions from "../actions.js";
import { apiKey, keyIsRemembered } from "../api.js";
import { attach } from "../files.js";
import { language, t } from "../i18n.js";
import { TEMPLATES } from "../templates.js";
import { update } from "../state.js";
import { icon, iconButton } from "./icons.js";
import { settings } from "./settings.js";

const close = () => update({ panel: null });

/** A dialog of the browser's own: it keeps the focus, and Esc closes it. */
class Dialog extends Component {
  element = createRef();

  componentDidMount() {
    this.element.current.showModal();
  }

  /** @param {any} props */
  render({ title, children }) {
    return h(
      "dialog",
      { ref: this.element, onClose: close, "aria-label": title, onClick: (/** @type {any} */ e) => e.target === this.element.current && close() },
      h("div", { class: "dialog" }, h("header", null, h("h2", null, title), iconButton("close", t("panel.close"), close)), children),
    );
  }
}

/** @param {string | null} name */
export function panel(name) {
  switch (name) {
    case "settings":
      return h(
        "aside",
        { class: "drawer", "aria-label": t("panel.settings") },
        h("header", null, h("h2", null, t("panel.settings")), iconButton("close", t("panel.close"), close)),
        settings(),
      );
    case "templates":
      return h(Dialog, { title: t("panel.templates") }, templates());
    case "camera":
      return h(Dialog, { title: t("panel.camera") }, h(Camera, null));
    case "key":
      return h(Dialog, { title: t("panel.key") }, key());
    default:
      return null;
  }
}

export function templates() {
  return h(
    "ul",
    { class: "templates" },
    TEMPLATES.map((template) => {
      const words = template.words[language()];
      return h(
        "li",
        { key: template.id },
        h(
          "button",
          { type: "button", onClick: () => actions.useTemplate(template), "data-template": template.id },
          icon(/** @type {any} */ (template.icon)),
          h("strong", null, words.title),
          h("span", null, words.hint),
        ),
      );
    }),
  );
}

function key() {
  return h(
    "form",
    {
      class: "key",
      onSubmit: (/** @type {any} */ e) => {
        e.preventDefault();
        actions.useKey(e.target.elements.key.value.trim(), e.target.elements.remember.checked);
      },
    },
    h("label", { class: "field" }, h("span", null, t("key.label")), h("input", { name: "key", type: "password", autocomplete: "off", defaultValue: apiKey(), autofocus: true })),
    h("label", { class: "check" }, h("input", { name: "remember", type: "checkbox", defaultChecked: keyIsRemembered() }), t("key.remember")),
    h("p", { class: "note" }, t("key.note")),
    h(
      "div",
      { class: "row" },
      h("button", { type: "submit", class: "primary" }, t("key.use")),
      apiKey() ? h("button", { type: "button", class: "quiet", onClick: () => actions.useKey("", false) }, t("key.forget")) : null,
    ),
  );
}

/** The camera while its dialog is open, and no longer. */
class Camera extends Component {
  video = createRef();
  /** @type {MediaStream | null} */
  stream = null;
  gone = false;

  async componentDidMount() {
    try {
      if (!navigator.mediaDevices) throw new Error(t("camera.insecure"));
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
      if (this.gone) {
        stream.getTracks().forEach((track) => track.stop());
        return;
      }
      this.stream = stream;
      this.video.current.srcObject = stream;
      await this.video.current.play();
      this.setState({ ready: true });
    } catch (e) {
      this.setState({ problem: e instanceof Error ? e.message : String(e) });
    }
  }

  componentWillUnmount() {
    this.gone = true;
    this.stream?.getTracks().forEach((track) => track.stop());
  }

  take = async () => {
    const video = this.video.current;
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
    close();
    await attach([new File([blob], "photo.jpg", { type: "image/jpeg" })]);
  };

  /** @param {any} _props @param {any} state */
  render(_props, { problem, ready }) {
    if (problem) return h("p", { class: "wrong" }, t("camera.none", { message: problem }));
    return h(
      "div",
      { class: "camera" },
      h("video", { ref: this.video, muted: true, playsinline: true }),
      h("button", { type: "button", class: "primary", disabled: !ready, onClick: this.take }, icon("camera"), t("camera.take")),
    );
  }
}
