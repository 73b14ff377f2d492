// Measures what constraining replies by a JSON Schema costs: time a token with and without it, replies of the same length.
//
//   node masks.mjs MODEL.gguf [MMPROJ.gguf] [--tokens 200] [--rounds 5] [--parallel 1,8] [--threads 2] [--ocelli COMMAND] [--record FILE]
//
// Starts `ocelli serve` and asks, for each number of sequences at once, in turns for free replies, for replies that a schema constrains
// which was used before (`kept`), and for replies that a schema constrains which the server sees for the first time (`fresh`: its masks
// are made in the replies). Nothing is guessed ahead. Prints milliseconds a token (median of the rounds) and what the schema adds to it.
import { at, commandLine, record, stream, withServer } from "./serving.mjs";

const line = commandLine({ tokens: 200, rounds: 5, parallel: "1,8" }, 1, 2);
const { options } = line;

/** An invoice that no reply of a few hundred tokens ends. */
function schema(number) {
  const item = {
    type: "object",
    properties: {
      name: { type: "string", minLength: 3, maxLength: 40 },
      unit: { enum: ["piece", "hour", "kilogram", "litre"] },
      quantity: { type: "integer", minimum: 1, maximum: 999 },
      price: { type: "number", minimum: 0 },
      code: { type: "string", pattern: "^[A-Z]{2}-[0-9]{4}$" },
      tags: { type: "array", items: { type: "string", maxLength: 12 }, maxItems: 4 },
    },
    required: ["name", "unit", "quantity", "price", "code", "tags"],
    additionalProperties: false,
  };
  return {
    type: "object",
    properties: {
      kind: { const: `invoice ${number}` },
      date: { type: "string", format: "date" },
      customer: { type: "object", properties: { name: { type: "string", maxLength: 60 }, vat: { type: ["string", "null"], maxLength: 12 } }, required: ["name", "vat"], additionalProperties: false },
      items: { type: "array", items: item, minItems: 200 },
    },
    required: ["kind", "date", "customer", "items"],
    additionalProperties: false,
  };
}

let schemas = 0;
const kinds = {
  free: () => ({}),
  kept: () => ({ response_format: form(schema(0)) }),
  fresh: () => ({ response_format: form(schema(++schemas)) }),
};
const form = (made) => ({ type: "json_schema", json_schema: { name: "invoice", strict: true, schema: made } });

/** Milliseconds a token of the slowest of replies of one kind, so many at once. */
async function measure(url, kind, parallel) {
  const more = kinds[kind]();
  const replies = Array.from({ length: parallel }, (_, i) => reply(url, { ...more, seed: i + 1 }));
  return Math.max(...(await Promise.all(replies)));
}

async function reply(url, more) {
  const body = { messages: [{ role: "user", content: "Make up an invoice." }], max_tokens: options.tokens, ignore_eos: true, temperature: 1, loop_guard: false, ...more };
  let last;
  for await (const event of stream(url, body)) last = event;
  if (last.timings.predicted_n !== options.tokens) throw new Error(`a reply has ${last.timings.predicted_n} tokens instead of ${options.tokens}`);
  return last.timings.predicted_per_token_ms;
}

const results = {};
await withServer(line, ["-c", 4096, "-np", 8, "--draft-max", "off"], async (url) => {
  await measure(url, "free", 1);
  await measure(url, "kept", 1);
  for (const parallel of options.parallel.split(",").map(Number)) {
    const times = { free: [], kept: [], fresh: [] };
    for (let round = 0; round < options.rounds; round++) for (const kind of Object.keys(times)) times[kind].push(await measure(url, kind, parallel));
    const median = Object.fromEntries(Object.entries(times).map(([kind, all]) => [kind, at(all.sort((a, b) => a - b), 0.5)]));
    results[parallel] = median;
    const more = (kind) => `${kind} schema ${median[kind].toFixed(2)} ms (${((median[kind] / median.free - 1) * 100).toFixed(1)} % more)`;
    console.log(`${parallel} at once: free ${median.free.toFixed(2)} ms a token, ${more("kept")}, ${more("fresh")}`);
  }
});
record(line, { masks: results });
