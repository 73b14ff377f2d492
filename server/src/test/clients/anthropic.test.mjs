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

const tool = {
  name: "weather",
  description: "Tells the weather.",
  input_schema: {
    type: "object",
    properties: { city: { enum: ["Bonn", "Rome"] } },
    required: ["city"],
    additionalProperties: false,
  },
};

test("tools are used, whole, streamed and as history", async () => {
  const request = {
    model: "nano",
    temperature: 0,
    max_tokens: 120,
    messages: [{ role: "user", content: "Weather?" }],
    tools: [tool],
    tool_choice: { type: "tool", name: "weather", disable_parallel_tool_use: true },
  };
  const whole = await client.messages.create(request);
  assert.equal(whole.stop_reason, "tool_use");
  const [use] = whole.content;
  assert.equal(use.type, "tool_use");
  assert.equal(use.name, "weather");
  assert.match(use.input.city, /^(Bonn|Rome)$/);
  const pieces = [];
  const streamed = await client.messages
    .stream(request)
    .on("inputJson", (piece) => pieces.push(piece))
    .finalMessage();
  assert.deepEqual(streamed.content[0].input, use.input);
  assert.deepEqual(JSON.parse(pieces.join("")), use.input);
  assert.ok(pieces.length > 1);
  // The client's own object goes back as it is; the result has a picture.
  const next = await client.messages.create({
    ...request,
    max_tokens: 4,
    tool_choice: { type: "none" },
    messages: [
      ...request.messages,
      { role: "assistant", content: streamed.content },
      {
        role: "user",
        content: [
          {
            type: "tool_result",
            tool_use_id: streamed.content[0].id,
            content: [
              { type: "text", text: "Sun." },
              { type: "image", source: { type: "base64", media_type: "image/png", data: picture } },
            ],
          },
        ],
      },
    ],
  });
  assert.equal(next.content[0].type, "text");
});

test("the tool runner runs tools until the model answers", async () => {
  let asked = 0;
  const runner = client.beta.messages.toolRunner({
    model: "nano",
    temperature: 0,
    max_tokens: 120,
    max_iterations: 1,
    messages: [{ role: "user", content: "Weather?" }],
    tool_choice: { type: "any", disable_parallel_tool_use: true },
    tools: [{ ...tool, type: "custom", parse: (input) => input, run: (input) => `${input.city}: ${++asked}` }],
  });
  const message = await runner;
  assert.equal(message.stop_reason, "tool_use");
  assert.ok((await runner.generateToolResponse()).content.length === 1);
  assert.equal(asked, 1);
});

test("a reply that was begun is continued", async () => {
  const messages = [...question.messages, { role: "assistant", content: "A red" }];
  const reply = await client.messages.create({ ...question, messages, max_tokens: 8 });
  assert.ok(reply.content[0].text.length > 0);
  const trailing = [...question.messages, { role: "assistant", content: "A red " }];
  await assert.rejects(client.messages.create({ ...question, messages: trailing }), /white space/);
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
  await assert.rejects(client.messages.batches.list(), (e) => {
    assert.ok(e instanceof Anthropic.NotFoundError);
    assert.equal(e.error.error.type, "not_found_error");
    return true;
  });
  const stranger = new Anthropic({ ...options, apiKey: "wrong" });
  await assert.rejects(stranger.messages.create(question), Anthropic.AuthenticationError);
});
