// What Anthropic's own client gets from the server at $OCELLI_URL, which serves the nano model.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";

const options = { baseURL: process.env.OCELLI_URL, apiKey: process.env.OCELLI_KEY, maxRetries: 0 };
const client = new Anthropic(options);
const picture = readFileSync(new URL("../../../../examples/heart-diamond-circle.png", import.meta.url), "base64");
const question = {
  model: "nano",
  temperature: 0,
  max_tokens: 40,
  messages: [
    {
      role: "user",
      content: [
        { type: "image", source: { type: "base64", media_type: "image/png", data: picture } },
        { type: "text", text: "Describe this image." },
      ],
    },
  ],
};

test("describes a picture, whole and streamed", async () => {
  const whole = await client.messages.create(question);
  assert.match(whole.content[0].text, /heart/);
  assert.equal(whole.stop_reason, "end_turn");
  assert.ok(whole._request_id);
  let streamed = "";
  for await (const event of await client.messages.create({ ...question, stream: true })) {
    if (event.type === "content_block_delta") streamed += event.delta.text;
  }
  assert.equal(streamed, whole.content[0].text);
});

test("the stream helper puts a message together", async () => {
  const message = await client.messages.stream(question).finalMessage();
  assert.match(message.content[0].text, /heart/);
  assert.equal(message.stop_reason, "end_turn");
  const { input_tokens } = await client.messages.countTokens({ model: "nano", messages: question.messages });
  assert.equal(message.usage.input_tokens + message.usage.cache_read_input_tokens, input_tokens);
});

test("a stream can be left", async () => {
  const stream = client.messages.stream({ ...question, max_tokens: 200 });
  for await (const event of stream) {
    if (event.type === "content_block_delta") break;
  }
});

test("errors are the client's own", async () => {
  await assert.rejects(client.messages.create({ ...question, temperature: 200 }), (e) => {
    assert.ok(e instanceof Anthropic.BadRequestError);
    assert.equal(e.error.error.type, "invalid_request_error");
    assert.match(e.message, /temperature is 200/);
    return true;
  });
  const stranger = new Anthropic({ ...options, apiKey: "wrong" });
  await assert.rejects(stranger.messages.create(question), Anthropic.AuthenticationError);
});
