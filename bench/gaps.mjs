// Measures how long a streamed text waits for its next token while another client's large picture is taken in.
//
//   node gaps.mjs MODEL.gguf MMPROJ.gguf [--side 2048] [--tokens 200] [--threads 2] [--ocelli COMMAND] [--record FILE]
//
// Starts `ocelli serve` with both files, streams texts, and when so many tokens have come sends a picture of side x side pixels
// (2048: 4096 tokens). Prints the gaps between tokens of the text by what happened to the picture meanwhile: median, 99th and
// 99.9th percentile and maximum in milliseconds, their ratios to a token's time, which is the median before the picture, and how
// many took more than two. Before and after the picture the same is the machine's own unrest.
// A letter a token is asked for, so that each token shows at once. Nothing is guessed ahead: that would make gaps of several tokens.
import { deflateSync } from "node:zlib";
import { at, commandLine, record, stream, withServer } from "./serving.mjs";

const line = commandLine({ side: 2048, tokens: 200 }, 2, 2);
const { options } = line;

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

// Made before anything is measured: this program does one thing at a time.
const content = [
  { type: "image_url", image_url: { url: "data:image/png;base64," + png(options.side).toString("base64") } },
  { type: "text", text: "Describe this image." },
];
const results = {};
await withServer(line, ["-c", 8192, "-np", 2, "--draft-max", "off"], async (url) => {
  const pauses = [];
  const phases = [];
  const end = new AbortController();
  let sent;
  let told = 0;
  const text = { messages: [{ role: "user", content: "Count." }], grammar: "root ::= [a-z]*", ignore_eos: true, max_tokens: 400, temperature: 1, seed: 1 };
  const over = () => phases.at(-1)?.phase === "after" && performance.now() - phases.at(-1).at > 4000;
  try {
    // Reply after reply, as a token takes longer the more there are before it.
    while (!over()) {
      let before;
      for await (const event of stream(url, text, end.signal)) {
        if (!event.choices[0]?.delta?.content) continue;
        const now = performance.now();
        // The first tokens find cold code.
        if (before && ++told > 20) pauses.push({ from: before, to: now });
        before = now;
        if (pauses.length === options.tokens && !sent) {
          phases.push({ phase: "before", at: 0 });
          sent = picture(url, content, phases);
          sent.catch(() => end.abort());
        }
        if (over()) break;
      }
    }
  } catch (e) {
    if (!end.signal.aborted) throw e;
  }
  end.abort();
  const final = await sent;
  const gaps = new Map();
  for (const { from, to } of pauses) {
    // A gap belongs to the phase in which most of it lay.
    const phase = phases.findLast((p) => p.at <= (from + to) / 2).phase;
    gaps.set(phase, [...(gaps.get(phase) ?? []), to - from]);
  }
  const token = at(gaps.get("before").sort((a, b) => a - b), 0.5);
  for (const [phase, all] of gaps) {
    all.sort((a, b) => a - b);
    const shares = { median: at(all, 0.5), p99: at(all, 0.99), "p99.9": at(all, 0.999), max: at(all, 1) };
    const long = all.filter((gap) => gap > 2 * token).length;
    results[phase] = { tokens: all.length, ...shares, ratio: shares.max / token, long };
    const texts = Object.entries(shares).map(([name, v]) => `${name} ${v.toFixed(1).padStart(6)} (${(v / token).toFixed(2)})`);
    console.log(`${phase.padEnd(13)} ${String(all.length).padStart(5)} gaps: ${texts.join(", ")}; ${long} over 2 token times`);
  }
  console.log("picture:", JSON.stringify({ media: final.media, timings: final.timings }));
});
record(line, { gaps: results });
