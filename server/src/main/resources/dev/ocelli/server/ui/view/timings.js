// Under a reply: where its time went and what came from caches.
import { h } from "../lib/preact.js";
import { duration, number, t } from "../i18n.js";

const PHASES = ["queue", "decode_image", "preprocess", "encode", "cache", "prompt", "predicted"];

/** Phases that took less than this share of the whole are left out of the line. */
const WORTH_TELLING = 0.01;

/** @param {import("../chats.js").Node} node */
export function timings(node) {
  const all = node.timings;
  const phases = PHASES.map((name) => ({ name, ms: all[`${name}_ms`] ?? 0 }));
  const total = phases.reduce((sum, p) => sum + p.ms, 0);
  const told = phases.filter((p) => p.ms > total * WORTH_TELLING);
  const cachedPictures = (node.media ?? []).filter((m) => m.cached).length;
  const facts = [
    t("timings.tokens", { prompt: number(all.prompt_n + all.cache_n), reply: number(all.predicted_n) }),
    t("timings.rate", { n: number(all.predicted_per_second, all.predicted_per_second < 20 ? 1 : 0) }),
  ];
  if (all.cache_n > 0) facts.push(t("timings.cached", { n: number(all.cache_n) }));
  if (cachedPictures > 0) facts.push(t("timings.pictures", { n: cachedPictures }));
  return h(
    "details",
    { class: "timings" },
    h(
      "summary",
      { title: t("timings.label") },
      h("span", { class: "bar", "aria-hidden": "true" }, told.map((p) => h("i", { key: p.name, class: `phase-${p.name}`, style: { flexGrow: p.ms } }))),
      h("span", null, duration(total / 1000), " · ", facts.join(" · ")),
    ),
    h(
      "dl",
      null,
      phases.filter((p) => p.ms > 0).map((p) => [
        h("dt", { key: p.name }, h("i", { class: `phase-${p.name}` }), t(`timings.${p.name}`)),
        h("dd", null, duration(p.ms / 1000)),
      ]),
      (node.media ?? []).map((m, i) => [
        h("dt", { key: `m${i}` }, t("boxes.picture", { n: i + 1 })),
        h("dd", null, `${m.width}×${m.height} → ${m.resized_width}×${m.resized_height} · ${t("file.tokens", { n: number(m.tokens) })}`),
      ]),
    ),
  );
}
