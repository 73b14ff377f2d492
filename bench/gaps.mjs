// Measures how long a streamed text waits for its next token while another client's large picture is taken in.
//
//   node gaps.mjs MODEL.gguf MMPROJ.gguf [--side 2048] [--tokens 200] [--threads 2] [--ocelli COMMAND] [--record FILE]
//
// Starts `ocelli serve` with both files, streams a text, and when so many tokens have come sends a picture of side x side pixels
// (2048: 4096 tokens). Prints the gaps between tokens of the text by what happened to the picture meanwhile: median, 99th and
// 99.9th percentile and maximum in milliseconds, their ratios to a token's time, which is the median before the picture, and how
// many took more than two. Before and after the picture the same is the machine's own unrest.
// A letter a token is asked for, so that each token shows at once. Nothing is guessed ahead: that would make gaps of several tokens.
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { cpus } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const options = { side: 2048, tokens: 200, threads: 2, ocelli: join(here, "..", "ocelli"), record: "" };
const files = [];
for (let i = 2; i < process.argv.length; i++) {
  const name = process.argv[i].replace(/^--/, "");
  if (!(name in options) || !process.argv[i].startsWith("--")) files.push(process.argv[i]);
  else options[name] = typeof options[name] === "number" ? Number(process.argv[++i]) : process.argv[++i];
}
if (files.length !== 2) {
  console.error("usage: see the head of gaps.mjs");
  process.exit(2);
}

/** A PNG that is not flat. */
function png(side) {
  const rows = Buffer.alloc(side * (1 + 3 * side));
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let c = 0; c < 3; c++) rows[y * (1 + 3 * side) + 1 + 3 * x + c] = (x * (c + 1) + y * (3 - c) + ((x * y) >> 5)) & 255;
  const chunk = (type, data) => {
    const b = Buffer.alloc(12 + data.length);
    b.writeUInt32BE(data.length, 0);
    b.write(type, 4);
    data.copy(b, 8);
    b.writeUInt32BE(crc32(b.subarray(4, 8 + data.length)), 8 + data.length);
    return b;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 1 })), chunk("IEND", Buffer.alloc(0))]);
}

function crc32(bytes) {
  let crc = -1;
  for (const b of bytes) {
    crc ^= b;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ -1) >>> 0;
}

function serve() {
  const args = ["serve", "-m", files[0], "--mmproj", files[1], "--port", 0, "-c", 8192, "-np", 2, "-t", options.threads, "--draft-max", "off"];
  const server = spawn(options.ocelli, args.map(String), { stdio: ["ignore", "ignore", "pipe"] });
  return new Promise((resolve, reject) => {
    let text = "";
    server.on("exit", (code) => reject(new Error(`the server ended with ${code}:\n${text}`)));
    server.stderr.on("data", (data) => {
      text += data;
      const url = /^listening on ([^,\s]+)/m.exec(text);
      if (url && /^ready: /m.test(text)) resolve({ server, url: url[1] });
    });
  });
}

/** Events of a streamed chat completion, until `signal`. */
async function* stream(url, body, signal) {
  const response = await fetch(url + "/v1/chat/completions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...body, stream: true }),
    signal,
  });
  if (!response.ok) throw new Error(await response.text());
  let rest = "";
  for await (const data of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + data).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line.startsWith("data: {")) yield JSON.parse(line.slice(6));
  }
}

async function picture(url, content, phases) {
  phases.push({ phase: "send", at: performance.now() });
  let last;
  for await (const event of stream(url, { messages: [{ role: "user", content }], max_tokens: 1, return_progress: true })) {
    const phase = event.prompt_progress?.phase;
    if (phase && phase !== phases.at(-1).phase) {
      phases.push({ phase, at: performance.now() });
      console.error(`${phase} after ${((performance.now() - phases[1].at) / 1000).toFixed(1)} s`);
    }
    last = event;
  }
  phases.push({ phase: "after", at: performance.now() });
  return last;
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

// Made before anything is measured: this program does one thing at a time.
const content = [
  { type: "image_url", image_url: { url: "data:image/png;base64," + png(options.side).toString("base64") } },
  { type: "text", text: "Describe this image." },
];
const { server, url } = await serve();
const results = {};
try {
  const times = [];
  const phases = [];
  const end = new AbortController();
  let sent;
  const text = { messages: [{ role: "user", content: "Count." }], grammar: "root ::= [a-z]*", ignore_eos: true, max_tokens: -1, temperature: 1, seed: 1 };
  try {
    for await (const event of stream(url, text, end.signal)) {
      if (!event.choices[0]?.delta?.content) continue;
      times.push(performance.now());
      // The first tokens find cold code.
      if (times.length === 20 + options.tokens && !sent) {
        phases.push({ phase: "before", at: times[20] });
        sent = picture(url, content, phases);
        sent.catch(() => end.abort());
      }
      if (phases.at(-1)?.phase === "after" && performance.now() - phases.at(-1).at > 2000) break;
    }
  } catch (e) {
    if (!end.signal.aborted) throw e;
  }
  end.abort();
  const final = await sent;
  const gaps = new Map();
  for (let i = 1; i < times.length; i++) {
    // A gap belongs to the phase in which most of it lay.
    const middle = (times[i] + times[i - 1]) / 2;
    const phase = phases.findLast((p) => p.at <= middle)?.phase;
    if (phase) gaps.set(phase, [...(gaps.get(phase) ?? []), times[i] - times[i - 1]]);
  }
  const token = at(gaps.get("before").sort((a, b) => a - b), 0.5);
  for (const [phase, all] of gaps) {
    all.sort((a, b) => a - b);
    const shares = { median: at(all, 0.5), p99: at(all, 0.99), "p99.9": at(all, 0.999), max: at(all, 1) };
    const over = all.filter((gap) => gap > 2 * token).length;
    results[phase] = { tokens: all.length, ...shares, ratio: shares.max / token, over };
    const texts = Object.entries(shares).map(([name, v]) => `${name} ${v.toFixed(1).padStart(6)} (${(v / token).toFixed(2)})`);
    console.log(`${phase.padEnd(13)} ${String(all.length).padStart(5)} gaps: ${texts.join(", ")}; ${over} over 2 token times`);
  }
  console.log("picture:", JSON.stringify({ media: final.media, timings: final.timings }));
} finally {
  server.removeAllListeners("exit");
  server.kill("SIGTERM");
}
if (options.record) {
  const row = { date: new Date().toISOString().slice(0, 10), cpu: cpus()[0].model.trim(), model: basename(files[0]), threads: options.threads, gaps: results };
  appendFileSync(options.record, JSON.stringify(row) + "\n");
}
