// Measures Ocelli and llama.cpp on the same files, one after the other in every round, and prints medians and ratios.
//
//   npm install && node compare.mjs MODEL.gguf [--mmproj FILE --image 768x768] [--llama DIR] [--threads 2]
//        [--prompt 512] [--reply 48] [--depth 4096] [--rounds 5] [--parallel 8] [--neighbour] [--record FILE]
//
// The peer is node-llama-cpp, as a user would install it. With --llama, a folder with llama-bench, llama-batched-bench and
// llama-mtmd-cli, it is those instead: its decode rate is then not lowered by sampling from JavaScript. A picture needs --llama.
// --depth adds replies behind a context of so many tokens, the peer with its flash attention, which is faster there (needs --llama).
// --parallel adds so many sequences at once; --neighbour adds decoding while another process keeps one core busy, against our own
// rate with one thread on an idle machine. --record appends one JSON line. Run it on an idle machine: both sides use all the
// threads they are given.
//
// Beside ratios of text stands which share of the machine's limit ours reached: replies of the rate at which memory can be read,
// prompts of that at which registers can be multiplied, both measured in the same rounds (docs/cli.md). Where that is near 100 %,
// there is nothing left to gain but by computing less.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const options = { threads: 2, prompt: 512, reply: 48, depth: 0, rounds: 5, parallel: 0, neighbour: false, mmproj: "", image: "", llama: "", record: "" };
const files = [];
for (let i = 2; i < process.argv.length; i++) {
  const name = process.argv[i].replace(/^--/, "");
  if (!(name in options) || !process.argv[i].startsWith("--")) files.push(process.argv[i]);
  else if (typeof options[name] === "boolean") options[name] = true;
  else options[name] = typeof options[name] === "number" ? Number(process.argv[++i]) : process.argv[++i];
}
if (files.length !== 1 || (options.image && !(options.mmproj && options.llama)) || (options.depth && !options.llama)) {
  console.error("usage: see the head of compare.mjs");
  process.exit(2);
}
const model = files[0];
const { threads, prompt, reply } = options;
const ocelli = join(here, "..", "ocelli");
const run = (command, args) =>
  execFileSync(command, args.map(String), { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 26 });
const tool = (name) => join(options.llama, name);

function ourBench(...more) {
  return JSON.parse(run(ocelli, ["bench", "-q", "-m", model, "-r", 1, "--json", ...more]));
}

/** What limits a test of ours, and how much of it was reached; undefined where that is unknown. */
function limit(r) {
  if (r.gops && r.peak_gops) return { unit: "GOP/s", rate: r.gops, peak: r.peak_gops };
  if (r.gb_per_s && r.peak_gb_per_s) return { unit: "GB/s", rate: r.gb_per_s, peak: r.peak_gb_per_s };
  return undefined;
}

function ourText() {
  const rows = ourBench("-p", prompt, "-n", reply, "-t", threads);
  const p = rows.find((r) => r.n_prompt > 0 && r.n_gen === 0);
  const n = rows.find((r) => r.n_gen > 0);
  return { prompt: p.avg_ts, reply: n.avg_ts, limits: { prompt: limit(p), reply: limit(n) } };
}

function peerText() {
  if (!options.llama) {
    const lines = run("node", [join(here, "peer.mjs"), model, threads, prompt, reply]).trim().split("\n");
    const r = JSON.parse(lines.at(-1));
    return { prompt: r.prompt, reply: r.generate };
  }
  const rows = JSON.parse(run(tool("llama-bench"), ["-m", model, "-p", prompt, "-n", reply, "-t", threads, "-r", 1, "-o", "json"]));
  return { prompt: rows.find((r) => r.n_prompt > 0).avg_ts, reply: rows.find((r) => r.n_gen > 0).avg_ts };
}

function ourDepth() {
  const [row] = ourBench("-p", 0, "-n", reply, "-d", options.depth, "-t", threads);
  return { reply: row.avg_ts, limits: { reply: limit(row) } };
}

function peerDepth() {
  const args = ["-m", model, "-p", 0, "-n", reply, "-d", options.depth, "-fa", 1, "-t", threads, "-r", 1, "-o", "json"];
  return { reply: JSON.parse(run(tool("llama-bench"), args))[0].avg_ts };
}

/** An uncompressed picture that is not flat: 24-bit BMP. */
function writePicture(file, width, height) {
  const row = Math.ceil((width * 3) / 4) * 4;
  const b = Buffer.alloc(54 + row * height);
  b.write("BM");
  b.writeUInt32LE(b.length, 2);
  b.writeUInt32LE(54, 10);
  b.writeUInt32LE(40, 14);
  b.writeInt32LE(width, 18);
  b.writeInt32LE(height, 22);
  b.writeUInt16LE(1, 26);
  b.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) b[54 + y * row + 3 * x + c] = (x * (c + 1) + y * (3 - c) + ((x * y) >> 5)) & 255;
  writeFileSync(file, b);
}

const QUESTION = "Describe this image in a few words, please.";
const pictureArgs = (file) => ["-m", model, "--mmproj", options.mmproj, "--image", file, "-p", QUESTION, "-n", 4, "--temp", 0, "-t", threads];

function ourPicture(file) {
  const t = JSON.parse(run(ocelli, ["run", "-q", "--json", ...pictureArgs(file)])).timings;
  return { encode: t.encode, first: t.decode_image + t.preprocess + t.encode + t.prompt };
}

function peerPicture(file) {
  // Without -lv 4 it does not say how long it took; without -c it reserves memory for the model's whole context.
  const args = [...pictureArgs(file), "-c", 4096, "--no-warmup", "-lv", 4];
  const r = spawnSync(tool("llama-mtmd-cli"), args.map(String), { encoding: "utf8", maxBuffer: 1 << 26 });
  const text = r.stdout + r.stderr;
  const sum = (pattern) => [...text.matchAll(pattern)].reduce((a, m) => a + Number(m[1]), 0);
  const encode = sum(/encod(?:ed|ing done) in\s+([\d.]+) ms/g);
  if (!encode) throw new Error("llama-mtmd-cli reported no encoding time:\n" + text.slice(-2000));
  // Its own measure of prompt evaluation spans the encoding of pictures.
  return { encode, first: sum(/prompt eval time =\s+([\d.]+) ms/g) };
}

function ourParallel() {
  const rows = ourBench("-p", 0, "-n", reply, "-t", threads, "--parallel", options.parallel);
  const row = rows.find((r) => r.n_gen > 0 && r.n_parallel === options.parallel);
  return { total: row.avg_ts, limits: { total: limit(row) } };
}

function peerParallel() {
  const n = options.parallel;
  const text = run(tool("llama-batched-bench"), ["-m", model, "-c", 4096, "-npp", 8, "-ntg", reply, "-npl", n, "-t", threads, "--output-format", "jsonl"]);
  const row = text.split("\n").filter((l) => l.startsWith("{")).map((l) => JSON.parse(l)).find((r) => r.pl === n);
  return { total: row.speed_tg };
}

const median = (a) => [...a].sort((x, y) => x - y)[a.length >> 1];
const results = {};

/** The median share of the limits of some rounds, with the rate and the peak of that round; undefined where one is unknown. */
function share(limits) {
  if (limits.some((l) => l === undefined)) return undefined;
  const middle = [...limits].sort((x, y) => x.rate / x.peak - y.rate / y.peak)[limits.length >> 1];
  return { ...middle, share: middle.rate / middle.peak };
}

/** Both sides in every round; `faster` says whether more is better. */
function measure(title, ours, peer, faster) {
  const all = { ours: [], peer: [] };
  const limits = [];
  for (let round = 1; round <= options.rounds; round++) {
    for (const [side, f] of [["ours", ours], ["peer", peer]]) {
      const { limits: of = {}, ...rates } = f();
      all[side].push(rates);
      if (side === "ours") limits.push(of);
      console.error(`${title} round ${round} ${side}: ${Object.entries(rates).map(([k, v]) => `${k} ${v.toFixed(1)}`).join(", ")}`);
    }
  }
  for (const key of Object.keys(all.ours[0])) {
    const [a, b] = ["ours", "peer"].map((side) => median(all[side].map((r) => r[key])));
    const ratio = faster ? a / b : b / a;
    const limit = share(limits.map((l) => l[key]));
    results[`${title} ${key}`] = { ours: a, peer: b, ratio, ...(limit && { limit }) };
    const reached = limit ? `, ours at ${(100 * limit.share).toFixed(0)} % of ${limit.peak.toFixed(0)} ${limit.unit}` : "";
    console.log(`${title} ${key}: ours ${a.toFixed(2)}, peer ${b.toFixed(2)} ${faster ? "tokens/s" : "ms"}, ratio ${ratio.toFixed(2)}${reached}`);
  }
}

if (prompt > 0 && reply > 0) measure("text", ourText, peerText, true);
if (options.depth > 0) measure(`at depth ${options.depth}`, ourDepth, peerDepth, true);
const folder = mkdtempSync(join(tmpdir(), "ocelli-bench-"));
try {
  if (options.image) {
    const [width, height] = options.image.split("x").map(Number);
    const file = join(folder, "picture.bmp");
    writePicture(file, width, height);
    measure(`picture ${options.image}`, () => ourPicture(file), () => peerPicture(file), false);
  }
  if (options.parallel) {
    if (options.llama && existsSync(tool("llama-batched-bench"))) measure(`${options.parallel} sequences`, ourParallel, peerParallel, true);
    const one = () => ({ total: ourBench("-p", 0, "-n", reply, "-t", threads)[0].avg_ts });
    measure(`${options.parallel} sequences against one of ours:`, ourParallel, one, true);
  }
  if (options.neighbour) {
    const rate = (t) => ({ reply: ourBench("-p", 0, "-n", reply, "-t", t)[0].avg_ts });
    const busy = () => {
      const other = spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
      try {
        return rate(threads);
      } finally {
        other.kill("SIGKILL");
      }
    };
    measure("busy neighbour against one idle thread of ours:", busy, () => rate(1), true);
  }
} finally {
  rmSync(folder, { recursive: true });
}
if (options.record) {
  const peer = options.llama ? "llama.cpp tools" : "node-llama-cpp";
  const row = { date: new Date().toISOString().slice(0, 10), cpu: cpus()[0].model.trim(), model: basename(model), threads, rounds: options.rounds, peer, results };
  appendFileSync(options.record, JSON.stringify(row) + "\n");
}
