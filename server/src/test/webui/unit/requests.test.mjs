// What is sent, how a stream is read, what is learnt of times, and that all words are there in all languages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { about, bestLanguage, duration, languages, setLanguage, t } from "../../../main/resources/dev/ocelli/server/ui/i18n.js";
import { chatRequest, samplingFields } from "../../../main/resources/dev/ocelli/server/ui/requests.js";
import { SETTINGS, valueOf } from "../../../main/resources/dev/ocelli/server/ui/sampling.js";
import { events } from "../../../main/resources/dev/ocelli/server/ui/sse.js";
import { TEMPLATES } from "../../../main/resources/dev/ocelli/server/ui/templates.js";

test("a conversation with every kind of file", async () => {
  const request = await chatRequest(
    {
      path: [
        { role: "user", text: "look", files: [{ id: "1", kind: "picture" }, { id: "2", kind: "pdf", name: "a.pdf", pages: "1-3" }, { id: "3", kind: "clip" }] },
        { role: "assistant", text: "I see" },
      ],
      system: "be brief",
      sampling: { preset: "ocr", temperature: 0 },
      pictureTokens: 256,
      model: "m",
      continuing: true,
    },
    async (id) => `data:${id}`,
  );
  assert.deepEqual(request.messages, [
    { role: "system", content: "be brief" },
    {
      role: "user",
      content: [
        { type: "image_url", image_url: { url: "data:1", max_tokens: 256 } },
        { type: "file", file: { filename: "a.pdf", file_data: "data:2", pages: "1-3", max_tokens: 256 } },
        { type: "video_url", video_url: { url: "data:3" } },
        { type: "text", text: "look" },
      ],
    },
    { role: "assistant", content: "I see" },
  ]);
  assert.equal(request.preset, "ocr");
  assert.equal(request.temperature, 0);
  assert.equal(request.continue_final_message, true);
});

test("settings as the server's fields", () => {
  assert.deepEqual(samplingFields({ top_p: "", seed: 7, stop: "END\n\\n\n", thinking: "off", logit_bias: '{"5": -1}' }), {
    seed: 7,
    stop: ["END", "\n"],
    chat_template_kwargs: { enable_thinking: false },
    logit_bias: { 5: -1 },
  });
  const setting = (name) => SETTINGS.flatMap((g) => g.settings).find((s) => s.name === name);
  assert.equal(valueOf(setting("top_k"), "20"), 20);
  assert.equal(valueOf(setting("top_k"), ""), "");
  for (const [name, typed] of [["top_k", "1.5"], ["top_p", "2"], ["temperature", "warm"], ["logit_bias", "{"]]) {
    assert.throws(() => valueOf(setting(name), typed), undefined, `${name} ${typed}`);
  }
});

function stream(...pieces) {
  return new ReadableStream({
    start(c) {
      for (const p of pieces) c.enqueue(typeof p === "string" ? new TextEncoder().encode(p) : p);
      c.close();
    },
  });
}

test("events are read however the bytes are cut", async () => {
  const bytes = new TextEncoder().encode('data: {"a": "图"}\r\n\r\n: working\n\ndata: {"a": 2}\n\ndata: [DONE]\n\n');
  for (let cut = 0; cut <= bytes.length; cut++) {
    const seen = [];
    for await (const e of events(stream(bytes.slice(0, cut), bytes.slice(cut)))) seen.push(e.a);
    assert.deepEqual(seen, ["图", 2], `cut at ${cut}`);
  }
});

test("a stream that breaks off is an error", async () => {
  await assert.rejects(async () => {
    for await (const e of events(stream('data: {"a": 1}\n\n'))) assert.equal(e.a, 1);
  }, TypeError);
});

test("expected times have no more digits than estimates", () => {
  setLanguage("en");
  assert.equal(about(0.034), "less than a second");
  assert.equal(about(9.26), "about 9.3 s");
  assert.equal(about(34.4), "about 34 s");
  assert.equal(about(200), "about 3 min");
});

test("every word is there in every language, with the same values", () => {
  const values = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
  for (const [code, words] of Object.entries(languages)) {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(languages.en).sort(), code);
    for (const [key, text] of Object.entries(words)) {
      assert.deepEqual(values(text), values(languages.en[key]), `${code} ${key}`);
    }
    for (const template of TEMPLATES) assert.ok(template.words[code].text, `${code} ${template.id}`);
    for (const s of SETTINGS.flatMap((g) => g.settings)) assert.ok(words[`help.${s.name}`], s.name);
  }
});

test("the browser's language is found", () => {
  assert.equal(bestLanguage(["fr-FR", "zh-TW", "en"]), "zh");
  assert.equal(bestLanguage(["fr"]), "en");
  setLanguage("zh");
  assert.equal(t("timings.cached", { n: 5 }), "缓存命中 5");
  setLanguage("en");
  assert.equal(duration(75), "75 s");
  assert.equal(duration(150), "2 min 30 s");
});
