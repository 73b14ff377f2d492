// Measures Ocelli and the peer on the same GGUF file, one after the other in every round, and prints medians and ratios.
//   npm install && node compare.mjs MODEL.gguf [--threads 2] [--prompt 512] [--reply 48] [--rounds 5]
// Run it on an idle machine: both sides use all the threads they are given.
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const options = { threads: 2, prompt: 512, reply: 48, rounds: 5 };
const files = [];
for (let i = 2; i < process.argv.length; i++) {
  const name = process.argv[i].replace(/^--/, "");
  if (name in options) options[name] = Number(process.argv[++i]);
  else files.push(process.argv[i]);
}
if (files.length !== 1) {
  console.error("usage: node compare.mjs MODEL.gguf [--threads N] [--prompt N] [--reply N] [--rounds N]");
  process.exit(2);
}
const run = (command, args) =>
  execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 26 });
const { threads, prompt, reply } = options;

function ours() {
  const args = ["bench", "-m", files[0], "-p", prompt, "-n", reply, "-t", threads, "-r", 1, "--json"].map(String);
  const rows = JSON.parse(run(join(here, "..", "ocelli"), args));
  const rate = (test) => rows.find(test).avg_ts;
  return { prompt: rate((r) => r.n_prompt > 0 && r.n_gen === 0), generate: rate((r) => r.n_gen > 0) };
}

function peer() {
  const lines = run("node", [join(here, "peer.mjs"), files[0], threads, prompt, reply].map(String)).trim().split("\n");
  return JSON.parse(lines.at(-1));
}

const median = (a) => [...a].sort((x, y) => x - y)[a.length >> 1];
const all = { ours: [], peer: [] };
for (let round = 1; round <= options.rounds; round++) {
  for (const [side, measure] of [["ours", ours], ["peer", peer]]) {
    const r = measure();
    all[side].push(r);
    console.error(`round ${round} ${side}: prompt ${r.prompt.toFixed(1)}, reply ${r.generate.toFixed(2)} tokens/s`);
  }
}
for (const what of ["prompt", "generate"]) {
  const [a, b] = ["ours", "peer"].map((side) => median(all[side].map((r) => r[what])));
  console.log(`${what}: ours ${a.toFixed(2)}, peer ${b.toFixed(2)} tokens/s, ratio ${(a / b).toFixed(2)} (${threads} threads, median of ${options.rounds})`);
}
