// What the measurements of `ocelli serve` share: options, a server with a model, streamed replies.
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { cpus } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Options and files of the command line. Numbers stay numbers; `ocelli` (the program) and `record` (a file that takes a line for each
 * run) are options of every measurement.
 */
export function commandLine(defaults, least, most) {
  const here = dirname(fileURLToPath(import.meta.url));
  const options = { threads: 2, ocelli: join(here, "..", "ocelli"), record: "", ...defaults };
  const files = [];
  for (let i = 2; i < process.argv.length; i++) {
    const name = process.argv[i].replace(/^--/, "");
    if (!(name in options) || !process.argv[i].startsWith("--")) files.push(process.argv[i]);
    else options[name] = typeof options[name] === "number" ? Number(process.argv[++i]) : process.argv[++i];
  }
  if (files.length < least || files.length > most) {
    console.error(`usage: see the head of ${basename(process.argv[1])}`);
    process.exit(2);
  }
  return { options, files };
}

/** Starts a server and has `measure(url)` use it. */
export async function withServer({ options, files }, args, measure) {
  const mmproj = files.length > 1 ? ["--mmproj", files[1]] : [];
  const all = ["serve", "-m", files[0], ...mmproj, "--port", 0, "-t", options.threads, ...args];
  const server = spawn(options.ocelli, all.map(String), { stdio: ["ignore", "ignore", "pipe"] });
  try {
    const url = await new Promise((resolve, reject) => {
      let text = "";
      server.on("exit", (code) => reject(new Error(`the server ended with ${code}:\n${text}`)));
      server.stderr.on("data", (data) => {
        text += data;
        const listening = /^listening on ([^,\s]+)/m.exec(text);
        if (listening && /^ready: /m.test(text)) resolve(listening[1]);
      });
    });
    await measure(url);
  } finally {
    server.removeAllListeners("exit");
    server.kill("SIGTERM");
  }
}

/** Events of a streamed chat completion, until `signal`. */
export async function* stream(url, body, signal) {
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

/** The value below which a share of the sorted ones lie. */
export const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** Adds a line to the file of `--record`, if there is one. */
export function record({ options, files }, results) {
  if (!options.record) return;
  const row = { date: new Date().toISOString().slice(0, 10), cpu: cpus()[0].model.trim(), model: basename(files[0]), threads: options.threads };
  appendFileSync(options.record, JSON.stringify({ ...row, ...results }) + "\n");
}
