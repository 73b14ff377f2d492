// Compares the memory that `ocelli plan` predicts with the most that `ocelli run` has had resident (VmHWM).
//
//   node memory.mjs MODEL.gguf [MMPROJ.gguf] [--ocelli COMMAND] [--threads N] [--only REGEX] [--long N]
//
// One line a setting: predicted and measured MiB and their ratio; the exit status is 1 when a ratio is off by more than 10 %.
// Linux only. Processes run one after the other; other programs do not disturb the figures.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {picture} from './picture.mjs';

const {values: options, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    ocelli: {type: 'string', default: join(dirname(fileURLToPath(import.meta.url)), '..', 'ocelli')},
    threads: {type: 'string', default: '0'},
    only: {type: 'string', default: ''},
    long: {type: 'string', default: '4096'},
  },
});
const [model, mmproj] = positionals;
if (!model) {
  console.error('usage: node memory.mjs MODEL.gguf [MMPROJ.gguf] [--ocelli COMMAND] [--threads N] [--only REGEX] [--long N]');
  process.exit(2);
}
const long = Number(options.long);
const REPLY = 16;
/** Tokens of the template around the prompt and a picture, and a few to spare. */
const FRAME = 32;

const settings = [
  {name: 'short prompt', words: 32},
  {name: `${long} tokens, f16`, words: long},
  {name: `${long} tokens, q8_0`, words: long, flags: ['--cache-type-k', 'q8_0']},
  {name: 'short prompt, mmap', words: 32, flags: ['--load-mode', 'mmap']},
  {name: 'short prompt, chunk 64', words: 32, flags: ['--chunk', '64']},
];
if (mmproj) {
  settings.push(
    {name: 'picture 768x768', words: 32, size: [768, 768]},
    {name: 'picture 2048x1536', words: 32, size: [2048, 1536]},
    {name: 'picture 4032x3024, 4096 tokens', words: 32, size: [4032, 3024], most: 4096},
    {name: 'picture 1024x1024, f32 tower', words: 32, size: [1024, 1024], flags: ['--vision-precision', 'f32']},
  );
}

/** What plan says; where memory does not suffice, too: it then ends with status 6. */
function predicted(args) {
  try {
    return JSON.parse(execFileSync(options.ocelli, args, {stdio: ['ignore', 'pipe', 'inherit']}));
  } catch (e) {
    if (e.status !== 6) throw e;
    return JSON.parse(e.stdout);
  }
}

const visualTokens = args => predicted(args).media.reduce((sum, m) => sum + m.tokens, 0);

const folder = mkdtempSync(join(tmpdir(), 'ocelli-memory-'));
let off = 0;
try {
  console.log('| setting | predicted MiB | measured MiB | ratio |\n|---|---|---|---|');
  for (const s of settings.filter(s => s.name.match(options.only))) {
    const common = [...s.flags ?? [], '-t', options.threads, ...mmproj ? ['-mm', mmproj] : ['--no-mmproj']];
    if (s.most) common.push('--image-max-tokens', String(s.most));
    const run = ['run', '-m', model, ...common, '-n', String(REPLY), '--ignore-eos', '--draft-max', 'off', '--temp', '0', '--json', '-q'];
    const plan = ['plan', model, ...common, '--draft-max', 'off', '--no-calibration', '--json'];
    const prompt = join(folder, 'prompt.txt');
    writeFileSync(prompt, 'word'.concat(' word'.repeat(s.words - 1)));
    run.push('-f', prompt);
    if (s.size) {
      const file = join(folder, 'picture.png');
      writeFileSync(file, picture(...s.size));
      run.push('--image', file);
      plan.push('--image', file);
    }
    // The context is what is used, so that both sides make steps as long as it.
    const tokens = s.words + FRAME + REPLY + (s.size ? visualTokens(plan) : 0);
    run.push('-c', String(tokens));
    plan.push('-c', String(tokens));
    const planned = predicted(plan);
    const measured = JSON.parse(execFileSync(options.ocelli, run, {maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit']}));
    const memory = planned.memory;
    const ratio = memory.resident / measured.load.peak_resident_bytes;
    off += Math.abs(ratio - 1) > 0.1;
    const mib = n => (n / 1048576).toFixed(0);
    console.log(`| ${s.name} (${tokens} tokens) | ${mib(memory.resident)} | ${mib(measured.load.peak_resident_bytes)} | ${ratio.toFixed(3)} |`);
  }
} finally {
  rmSync(folder, {recursive: true});
}
process.exitCode = off ? 1 : 0;
