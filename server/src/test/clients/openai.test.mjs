// What OpenAI's own client gets from the server at $OCELLI_URL, which serves the nano model.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: process.env.OCELLI_URL + "/v1",
  apiKey: process.env.OCELLI_KEY,
  maxRetries: 0,
});
const picture =
  "data:image/png;base64," +
  readFileSync(new URL("../../../../examples/heart-diamond-circle.png", import.meta.url), "base64");
const question = {
  model: "nano",
  temperature: 0,
  max_tokens: 40,
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "Describe this image." },
        { type: "image_url", image_url: { url: picture, detail: "auto" } },
      ],
    },
  ],
};

test("lists and describes models", async () => {
  const models = [];
  for await (const model of client.models.list()) models.push(model.id);
  assert.equal(models.length, 1);
  assert.equal((await client.models.retrieve(models[0])).object, "model");
  await assert.rejects(client.models.retrieve("other"), OpenAI.NotFoundError);
});

test("describes a picture, whole and streamed", async () => {
  const whole = await client.chat.completions.create(question);
  const text = whole.choices[0].message.content;
  assert.match(text, /heart/);
  assert.ok(whole.usage.prompt_tokens > 0);
  const stream = await client.chat.completions.create({
    ...question,
    stream: true,
    stream_options: { include_usage: true },
  });
  let streamed = "";
  let usage;
  for await (const chunk of stream) {
    streamed += chunk.choices[0]?.delta?.content ?? "";
    usage = chunk.usage ?? usage;
  }
  assert.equal(streamed, text);
  assert.deepEqual(usage.completion_tokens, whole.usage.completion_tokens);
});

test("the stream helper puts a reply together", async () => {
  const runner = client.chat.completions.stream(question);
  const completion = await runner.finalChatCompletion();
  assert.match(completion.choices[0].message.content, /heart/);
  assert.equal(completion.choices[0].finish_reason, "stop");
});

test("log-probabilities and several replies", async () => {
  const reply = await client.chat.completions.create({
    model: "nano",
    messages: [{ role: "user", content: "Hello" }],
    max_completion_tokens: 3,
    logprobs: true,
    top_logprobs: 2,
    n: 2,
    seed: 1,
  });
  assert.equal(reply.choices.length, 2);
  assert.equal(reply.choices[1].logprobs.content[0].top_logprobs.length, 2);
});

test("responses are made, streamed, continued and forgotten", async () => {
  const request = {
    model: "nano",
    temperature: 0,
    max_output_tokens: 40,
    input: [
      {
        role: "user",
        content: [
          { type: "input_text", text: "Describe this image." },
          { type: "input_image", image_url: picture, detail: "auto" },
        ],
      },
    ],
  };
  const whole = await client.responses.create(request);
  assert.match(whole.output_text, /heart/);
  assert.equal(whole.status, "completed");
  const streamed = await client.responses.stream(request).finalResponse();
  assert.equal(streamed.output_text, whole.output_text);
  let text = "";
  for await (const event of await client.responses.create({ ...request, stream: true })) {
    if (event.type === "response.output_text.delta") text += event.delta;
  }
  assert.equal(text, whole.output_text);
  const next = await client.responses.create({
    model: "nano",
    previous_response_id: whole.id,
    input: "Describe this image.",
    max_output_tokens: 4,
  });
  assert.ok(next.usage.input_tokens > whole.usage.input_tokens);
  assert.equal((await client.responses.retrieve(whole.id)).output_text, whole.output_text);
  await client.responses.delete(whole.id);
  await assert.rejects(client.responses.retrieve(whole.id), OpenAI.NotFoundError);
  await assert.rejects(client.responses.create({ ...request, truncation: "some" }), OpenAI.BadRequestError);
});

test("functions are called by responses, whole, streamed and continued", async () => {
  const request = {
    model: "nano",
    temperature: 0,
    input: "Weather?",
    tools: [{ type: "function", ...tool.function }],
    tool_choice: { type: "function", name: "weather" },
    parallel_tool_calls: false,
  };
  const whole = await client.responses.create(request);
  const [call] = whole.output;
  assert.equal(call.type, "function_call");
  assert.match(JSON.parse(call.arguments).city, /^(Bonn|Rome)$/);
  const deltas = [];
  const streamed = await client.responses
    .stream(request)
    .on("response.function_call_arguments.delta", (e) => deltas.push(e.delta))
    .finalResponse();
  assert.equal(streamed.output[0].arguments, call.arguments);
  assert.equal(deltas.join(""), call.arguments);
  assert.ok(deltas.length > 1);
  assert.deepEqual(streamed.output[0].parsed_arguments, JSON.parse(call.arguments));
  const output = { type: "function_call_output", call_id: call.call_id, output: "Sun." };
  const rest = { model: "nano", tools: request.tools, tool_choice: "none", max_output_tokens: 4 };
  const next = await client.responses.create({ ...rest, previous_response_id: whole.id, input: [output] });
  assert.equal(next.output[0].type, "message");
  // The client's own objects go back as they are.
  const again = await client.responses.create({
    ...rest,
    input: [{ role: "user", content: "Weather?" }, ...streamed.output, { ...output, call_id: streamed.output[0].call_id }],
  });
  assert.equal(again.usage.input_tokens, next.usage.input_tokens);
  const types = [];
  for await (const item of client.responses.inputItems.list(next.id, { order: "asc", limit: 2 })) types.push(item.type);
  assert.deepEqual(types, ["message", "function_call", "function_call_output"]);
  const counted = await client.responses.inputTokens.count({ model: "nano", input: "Weather?" });
  assert.ok(counted.input_tokens > 0 && counted.input_tokens < whole.usage.input_tokens);
});

test("plain completions", async () => {
  const reply = await client.completions.create({ model: "nano", prompt: ["a red", "a blue"], max_tokens: 4 });
  assert.equal(reply.choices.length, 2);
});

test("a stream can be left", async () => {
  const stream = await client.chat.completions.create({
    model: "nano",
    messages: [{ role: "user", content: "Hello" }],
    stream: true,
    ignore_eos: true,
    max_tokens: -1,
  });
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta?.content) break;
  }
});

const scene = {
  type: "json_schema",
  json_schema: {
    name: "scene",
    strict: true,
    schema: {
      type: "object",
      properties: { shape: { enum: ["heart", "star"] }, count: { type: "integer", minimum: 1, maximum: 9 } },
      required: ["shape", "count"],
      additionalProperties: false,
    },
  },
};

test("structured output, parsed by the client, whole and streamed", async () => {
  const parsed = await client.chat.completions.parse({ ...question, response_format: scene });
  const value = parsed.choices[0].message.parsed;
  assert.ok(["heart", "star"].includes(value.shape));
  assert.ok(value.count >= 1 && value.count <= 9);
  const streamed = await client.chat.completions.stream({ ...question, response_format: scene }).finalChatCompletion();
  assert.deepEqual(streamed.choices[0].message.parsed, value);
});

const tool = {
  type: "function",
  function: {
    name: "weather",
    strict: true,
    parameters: {
      type: "object",
      properties: { city: { enum: ["Bonn", "Rome"] } },
      required: ["city"],
      additionalProperties: false,
    },
  },
};

test("calls of tools, whole, streamed and as history", async () => {
  const request = {
    model: "nano",
    temperature: 0,
    messages: [{ role: "user", content: "Weather?" }],
    tools: [tool],
    tool_choice: { type: "function", function: { name: "weather" } },
    parallel_tool_calls: false,
  };
  const whole = await client.chat.completions.create(request);
  assert.equal(whole.choices[0].finish_reason, "tool_calls");
  const [call] = whole.choices[0].message.tool_calls;
  assert.equal(call.function.name, "weather");
  assert.match(JSON.parse(call.function.arguments).city, /^(Bonn|Rome)$/);
  const events = [];
  const runner = client.chat.completions
    .stream(request)
    .on("tool_calls.function.arguments.delta", (e) => events.push(e.arguments_delta));
  const streamed = (await runner.finalChatCompletion()).choices[0].message;
  assert.equal(streamed.tool_calls[0].function.arguments, call.function.arguments);
  assert.deepEqual(streamed.tool_calls[0].function.parsed_arguments, JSON.parse(call.function.arguments));
  assert.ok(events.length > 1);
  // The client's own object goes back as it is.
  const next = await client.chat.completions.create({
    ...request,
    tool_choice: "none",
    max_tokens: 4,
    messages: [...request.messages, streamed, { role: "tool", tool_call_id: streamed.tool_calls[0].id, content: "Sun." }],
  });
  assert.ok(next.usage.prompt_tokens > whole.usage.prompt_tokens);
});

test("the tool runner calls functions until the model answers", async () => {
  let called = 0;
  const runner = client.chat.completions.runTools({
    model: "nano",
    temperature: 0,
    messages: [{ role: "user", content: "Weather?" }],
    parallel_tool_calls: false,
    tool_choice: { type: "function", function: { name: "weather" } },
    tools: [
      {
        type: "function",
        function: { ...tool.function, parse: JSON.parse, function: (args) => `${args.city}: ${++called}` },
      },
    ],
  });
  await runner.done();
  assert.equal(called, 1);
});

test("errors are the client's own", async () => {
  await assert.rejects(client.chat.completions.create({ ...question, temperature: 200 }), (e) => {
    assert.ok(e instanceof OpenAI.BadRequestError);
    assert.equal(e.param, "temperature");
    assert.equal(e.type, "invalid_request_error");
    return true;
  });
  const wrong = { type: "json_schema", json_schema: { name: "x", schema: { properties: { a: { type: "strin" } } } } };
  await assert.rejects(client.chat.completions.create({ ...question, response_format: wrong }), (e) => {
    assert.ok(e instanceof OpenAI.BadRequestError);
    assert.equal(e.param, "response_format.json_schema.schema");
    assert.match(e.message, /#\/properties\/a/);
    return true;
  });
  const broken = structuredClone(question);
  broken.messages[0].content[1].image_url.url = "data:image/png;base64,AAAA";
  await assert.rejects(client.chat.completions.create({ ...broken, stream: true }), (e) => {
    assert.ok(e instanceof OpenAI.BadRequestError);
    assert.equal(e.param, "messages[0].content[1].image_url.url");
    return true;
  });
  const stranger = new OpenAI({ baseURL: client.baseURL, apiKey: "wrong", maxRetries: 0 });
  await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
});

test("batches: a file goes in, a file comes out", async () => {
  const body = { model: "nano", temperature: 0, max_tokens: 8, messages: [{ role: "user", content: "Hello" }] };
  const lines = [0, 1, 2].map((i) =>
    JSON.stringify({ custom_id: "r" + i, method: "POST", url: "/v1/chat/completions", body }),
  );
  const file = await client.files.create({
    file: await OpenAI.toFile(Buffer.from(lines.join("\n")), "in.jsonl"),
    purpose: "batch",
  });
  assert.equal(file.bytes, Buffer.byteLength(lines.join("\n")));
  let batch = await client.batches.create({
    input_file_id: file.id,
    endpoint: "/v1/chat/completions",
    completion_window: "24h",
    metadata: { from: "test" },
  });
  while (!["completed", "failed", "expired"].includes(batch.status)) {
    await new Promise((done) => setTimeout(done, 50));
    batch = await client.batches.retrieve(batch.id);
  }
  assert.equal(batch.status, "completed");
  assert.deepEqual(batch.request_counts, { total: 3, completed: 3, failed: 0 });
  assert.equal(batch.error_file_id, null);
  const out = await (await client.files.content(batch.output_file_id)).text();
  const replies = out.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(replies.map((r) => r.custom_id), ["r0", "r1", "r2"]);
  const live = await client.chat.completions.create(body);
  for (const r of replies) {
    assert.equal(r.response.body.choices[0].message.content, live.choices[0].message.content);
  }
  const listed = [];
  for await (const b of client.batches.list({ limit: 1 })) listed.push(b.id);
  assert.ok(listed.includes(batch.id));
  await assert.rejects(client.batches.cancel(batch.id), OpenAI.BadRequestError);
  for await (const f of client.files.list({ purpose: "batch" })) {
    if (f.id === file.id) assert.equal((await client.files.delete(f.id)).deleted, true);
  }
  await assert.rejects(client.files.retrieve(file.id), OpenAI.NotFoundError);
});
