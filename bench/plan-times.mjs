// Compares the seconds that `ocelli plan` expects with those that `ocelli run` takes.
//
//   node plan-times.mjs MODEL.gguf MMPROJ.gguf [--ocelli COMMAND] [--threads N] [--rounds N] [--size WxH] [--prompt N] [--reply N]
//
// Each round plans and runs the same question in turn: a prompt of about N tokens with a reply of so many, and a picture with a short prompt. One line
// a phase: what was planned and measured in the round whose ratio is the median, that ratio, and those of all rounds, which show how quiet the machine was.
// The exit status is 1 when a median ratio is off by more than 20 %.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {picture} from './picture.mjs';

const {values: options, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    ocelli: {type: 'string', default: join(dirname(fileURLToPath(import.meta.url)), '..', 'ocelli')},
    threads: {type: 'string', default: '0'},
    rounds: {type: 'string', default: '3'},
    size: {type: 'string', default: '768x768'},
    prompt: {type: 'string', default: '512'},
    reply: {type: 'string', default: '32'},
  },
});
const [model, mmproj] = positionals;
if (!model || !mmproj) {
  console.error('usage: node plan-times.mjs MODEL.gguf MMPROJ.gguf [--ocelli COMMAND] [--threads N] [--rounds N] [--size WxH] [--prompt N] [--reply N]');
  process.exit(2);
}
const reply = Number(options.reply);
/** Tokens of the template around a prompt. */
const FRAME = 9;
const OFF = 0.2;

const folder = mkdtempSync(join(tmpdir(), 'ocelli-plan-times-'));
const prompt = join(folder, 'prompt.txt');
const image = join(folder, 'picture.png');
const common = ['-t', options.threads, '-mm', mmproj];

const ocelli = args => JSON.parse(execFileSync(options.ocelli, args, {maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit']}));

/** The first of the reply's tokens comes with the prompt. */
function run(words, pictures) {
  writeFileSync(prompt, 'word'.concat(' word'.repeat(words - 1)));
  const flags = ['-f', prompt, '-n', String(reply + 1), '--ignore-eos', '--draft-max', 'off', '--temp', '0', '--json', '-q'];
  return ocelli(['run', '-m', model, ...common, ...flags, ...pictures]);
}

function plan(tokens, pictures) {
  return ocelli(['plan', model, ...common, ...pictures, '--prompt-tokens', String(tokens), '--json']);
}

const phases = new Map();
function add(phase, planned, measured) {
  if (!phases.has(phase)) phases.set(phase, []);
  phases.get(phase).push({planned, measured});
}

/** Plans with the tokens that the run turned out to have, right after it. */
function round() {
  const text = run(Number(options.prompt) - FRAME, []);
  const t = plan(text.prompt_tokens, []).times;
  add(`prompt of ${text.prompt_tokens} tokens`, t.prompt_s, text.timings.prompt / 1e3);
  add(`reply of ${reply} tokens`, reply / t.reply_tokens_per_s, text.timings.generate / 1e3);

  const seen = run(16, ['--image', image]);
  const visual = seen.images.reduce((sum, m) => sum + m.tokens, 0);
  const p = plan(seen.prompt_tokens - visual, ['--image', image]);
  const encode = p.media.reduce((sum, m) => sum + m.seconds, 0);
  add(`picture ${options.size} encoded`, encode, seen.timings.encode / 1e3);
  add(`first token of it (${seen.prompt_tokens} tokens)`, encode + p.times.prompt_s, (seen.timings.encode + seen.timings.prompt) / 1e3);
}

let off = false;
try {
  const [width, height] = options.size.split('x').map(Number);
  writeFileSync(image, picture(width, height));
  for (let i = 0; i < Number(options.rounds); i++) round();
  console.log(`${basename(model)}\n\n| phase | planned s | measured s | ratio | of the rounds |\n|---|---|---|---|---|`);
  for (const [phase, all] of phases) {
    const ratio = r => r.planned / r.measured;
    const middle = [...all].sort((a, b) => ratio(a) - ratio(b))[all.length >> 1];
    off ||= Math.abs(ratio(middle) - 1) > OFF;
    const ratios = all.map(r => ratio(r).toFixed(2)).join(', ');
    console.log(`| ${phase} | ${middle.planned.toFixed(2)} | ${middle.measured.toFixed(2)} | ${ratio(middle).toFixed(2)} | ${ratios} |`);
  }
} finally {
  rmSync(folder, {recursive: true});
}
process.exitCode = off ? 1 : 0;
