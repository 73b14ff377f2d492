// What Ollama's own client gets from the server at $OCELLI_URL, which serves the nano model.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Ollama } from "ollama";

const client = new Ollama({
  host: process.env.OCELLI_URL,
  headers: { Authorization: `Bearer ${process.env.OCELLI_KEY}` },
});
const picture = readFileSync(new URL("../../../../examples/heart-diamond-circle.png", import.meta.url));
const options = { temperature: 0, num_predict: 40 };
const question = {
  model: "nano",
  messages: [{ role: "user", content: "Describe this image.", images: [picture] }],
  options,
};

test("describes a picture, whole and streamed", async () => {
  const whole = await client.chat(question);
  assert.match(whole.message.content, /heart/);
  assert.equal(whole.done_reason, "stop");
  let streamed = "";
  let last;
  for await (const part of await client.chat({ ...question, stream: true })) {
    streamed += part.message.content;
    last = part;
  }
  assert.equal(streamed, whole.message.content);
  assert.equal(last.eval_count, whole.eval_count);
  const generated = await client.generate({ model: "nano", prompt: "Describe this image.", images: [picture], options });
  assert.equal(generated.response, whole.message.content);
});

test("tools are called, whole, streamed and as history", async () => {
  // The API cannot ask for a call: a form beside the tools and a bias for its first character do.
  const request = {
    model: "nano",
    messages: [{ role: "user", content: "Weather?" }],
    format: { const: 1 },
    options: { temperature: 0, num_predict: 200, stop: ["</tool_call>"], logit_bias: [["<", 1000]] },
    tools: [
      {
        type: "function",
        function: {
          name: "weather",
          description: "Tells the weather.",
          parameters: {
            type: "object",
            properties: { city: { type: "string", enum: ["Bonn", "Rome"] } },
            required: ["city"],
            additionalProperties: false,
          },
        },
      },
    ],
  };
  const whole = await client.chat(request);
  const [call] = whole.message.tool_calls;
  assert.equal(call.function.name, "weather");
  assert.match(call.function.arguments.city, /^(Bonn|Rome)$/);
  const calls = [];
  for await (const part of await client.chat({ ...request, stream: true })) {
    calls.push(...(part.message.tool_calls ?? []));
  }
  assert.deepEqual(calls.map((c) => c.function), [call.function]);
  const next = await client.chat({
    model: "nano",
    messages: [...request.messages, whole.message, { role: "tool", tool_name: "weather", content: "Sun." }],
    tools: request.tools,
    options: { temperature: 0, num_predict: 4 },
  });
  assert.ok(next.prompt_eval_count > whole.prompt_eval_count);
});

test("lists and describes the model", async () => {
  const { models } = await client.list();
  assert.equal(models.length, 1);
  assert.equal((await client.ps()).models[0].digest, models[0].digest);
  assert.ok((await client.show({ model: models[0].name })).capabilities.includes("vision"));
  assert.ok((await client.version()).version);
});

test("a stream can be left", async () => {
  const stream = await client.chat({ ...question, stream: true });
  for await (const part of stream) {
    if (part.message.content) break;
  }
});

test("errors say what is wrong", async () => {
  await assert.rejects(client.chat({ ...question, options: { temperature: 200 } }), /temperature is 200/);
  await assert.rejects(client.pull({ model: "llava" }), /does not manage models/);
  await assert.rejects(client.delete({ model: "nano" }), /does not manage models/);
  await assert.rejects(client.show({ model: "other" }), (e) => e.status_code === 404);
  const stranger = new Ollama({ host: process.env.OCELLI_URL });
  await assert.rejects(stranger.chat(question), (e) => e.status_code === 401);
});
