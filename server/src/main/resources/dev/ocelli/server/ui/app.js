// The page: draws the state, and listens to what concerns all of it.
import { h, render } from "./lib/preact.js";
import * as actions from "./actions.js";
import { attach, drawnExample, dropped } from "./files.js";
import { stop } from "./generate.js";
import { bestLanguage, bytes, language, number, t } from "./i18n.js";
import { loadingNow } from "./loading.js";
import { loadPreferences, onChange, state, update } from "./state.js";
import { TEMPLATES } from "./templates.js";
import { composer } from "./view/composer.js";
import { header } from "./view/header.js";
import { message } from "./view/message.js";
import { panel, templates } from "./view/panels.js";
import { linkRegions } from "./view/regions.js";
import { sidebar } from "./view/sidebar.js";

/** Who has scrolled up further than this reads; new text does not move the page then. */
const AT_END = 80;

const root = /** @type {HTMLElement} */ (document.getElementById("app"));

function app() {
  const messages = actions.shown();
  return h(
    "div",
    { class: "app", "data-drawer": state.panel === "settings" ? "" : undefined },
    h("a", { class: "skip", href: "#message" }, t("app.skip")),
    sidebar(),
    state.sidebar ? h("div", { class: "shade", onClick: () => update({ sidebar: false }) }) : null,
    h(
      "main",
      null,
      header(),
      banner(),
      h(
        "div",
        { class: "conversation", tabindex: 0, role: "log", "aria-live": "off", "aria-label": t("chats.title") },
        messages.length === 0 ? welcome() : messages.map((m, i) => message(/** @type {any} */ (state.chat), m, messages[i - 1])),
      ),
      composer(),
    ),
    panel(state.panel),
    state.dragging ? h("div", { class: "drop" }, t("app.drop")) : null,
    h("div", { class: "notice", role: "status" }, state.notice),
    h("div", { class: "unseen", "aria-live": "polite", role: "status" }, state.announcement),
  );
}

function welcome() {
  const nano = state.prefs.model.includes("nano");
  return h(
    "div",
    { class: "welcome" },
    h("img", { src: "ui/icon.svg", alt: "", width: 52, height: 52 }),
    h("h1", null, "Ocelli"),
    h("p", { class: "tagline" }, t("app.tagline")),
    nano
      ? h(
          "p",
          { class: "nano" },
          t("app.nano"),
          " ",
          h("button", { type: "button", class: "quiet", onClick: example }, t("app.example")),
        )
      : null,
    templates(),
  );
}

async function example() {
  await attach([await drawnExample()]);
  state.draft.text = TEMPLATES.find((x) => x.id === "short")?.words[language()].text ?? "";
  update({});
  actions.focusMessage();
}

function banner() {
  if (state.server === "loading" || (state.server === "ready" && state.loading.length > 0)) return loadingBanner();
  if (state.server === "ready") return null;
  return h(
    "div",
    { class: `banner ${state.server}`, role: "status" },
    t(`server.${state.server}`),
    state.server === "key" ? h("button", { type: "button", onClick: () => update({ panel: "key" }) }, t("error.key")) : null,
    state.server === "gone" ? h("button", { type: "button", onClick: actions.watchServer }, t("server.retry")) : null,
  );
}

/** Not read out with every change: a progress bar tells its value to those who ask. */
function loadingBanner() {
  const far = loadingNow();
  const what = far?.name ? t("server.loadingModel", { name: far.name }) : t("server.loading");
  return h(
    "div",
    { class: "banner loading" },
    h("progress", { "aria-label": what, value: far?.share, max: 1 }),
    h("span", null, what),
    far ? h("span", { class: "far" }, t("server.far", { share: number(Math.floor(100 * far.share)), done: bytes(far.done), total: bytes(far.total) })) : null,
  );
}

let atEnd = true;

/** Keeps the end in view for who was there. */
function follow() {
  const box = root.querySelector(".conversation");
  if (box && atEnd && actions.shown().length > 0) box.scrollTop = box.scrollHeight;
}

/** Pictures that come later make the conversation longer. */
function watchEnd() {
  const box = /** @type {HTMLElement} */ (root.querySelector(".conversation"));
  box.addEventListener("scroll", () => {
    atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < AT_END;
  });
  root.addEventListener("load", follow, true);
  new ResizeObserver(follow).observe(box);
}

function draw() {
  document.title = state.chat?.title ? `${state.chat.title} – Ocelli` : "Ocelli";
  render(app(), root);
  follow();
  const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById("message"));
  if (field) {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }
}

/** Files that are dropped or pasted anywhere go beside the message. */
function takeFiles() {
  const carries = (/** @type {DragEvent} */ e) => e.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (e) => {
    if (!carries(e)) return;
    e.preventDefault();
    if (!state.dragging) update({ dragging: true });
  });
  addEventListener("dragleave", (e) => {
    if (!e.relatedTarget) update({ dragging: false });
  });
  addEventListener("drop", async (e) => {
    if (!carries(e) || !e.dataTransfer) return;
    e.preventDefault();
    update({ dragging: false });
    await attach(await dropped(e.dataTransfer));
  });
  addEventListener("paste", (e) => {
    const files = [...(e.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    e.preventDefault();
    attach(files);
  });
}

/** Buttons in replies: they are no part of what is drawn from the state. */
function copyCode() {
  root.addEventListener("click", (e) => {
    const button = /** @type {Element} */ (e.target).closest?.(".copy-code");
    const code = button?.parentElement?.querySelector("pre")?.textContent;
    if (code) actions.copy(code);
  });
}

function takeKeys() {
  addEventListener("keydown", (e) => {
    const typing = e.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName);
    if (e.key === "Escape" && !document.querySelector("dialog[open]")) {
      if (state.running) stop();
      else if (state.draft.editing) actions.cancelEdit();
      else if (state.panel || state.sidebar) update({ panel: null, sidebar: false });
    } else if ((e.ctrlKey || e.metaKey) && e.key === "k") {
      e.preventDefault();
      update({ sidebar: true });
      setTimeout(() => document.getElementById("search")?.focus(), 50);
    } else if (e.key === "/" && !typing) {
      e.preventDefault();
      actions.focusMessage();
    }
  });
}

loadPreferences();
actions.speak(state.prefs.language || bestLanguage(navigator.languages));
actions.appear(state.prefs.theme);
onChange(draw);
draw();
watchEnd();
linkRegions(root);
takeFiles();
takeKeys();
copyCode();
actions.loadChats();
actions.watchServer();
