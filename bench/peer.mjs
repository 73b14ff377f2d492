// The peer as a user would install it: node-llama-cpp, prebuilt llama.cpp on the CPU. Measures one prompt and one reply
// after a warm-up and prints {"prompt": tokens/s, "generate": tokens/s} as one JSON line.
//   node peer.mjs MODEL.gguf THREADS PROMPT_TOKENS REPLY_TOKENS
import { getLlama } from "node-llama-cpp";

const [model, threads, prompt, reply] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const llama = await getLlama({ gpu: false, build: "never", maxThreads: threads, logLevel: "error" });
const loaded = await llama.loadModel({ modelPath: model });
const context = await loaded.createContext({
  contextSize: prompt + reply + 8,
  batchSize: 512,
  threads,
  sequences: 1,
  flashAttention: true,
});
const sequence = context.getSequence();
const tokens = Array.from({ length: prompt }, (_, i) => 1000 + ((i * 7919) % 20000));
const rates = {};
for (const warm of [false, true]) {
  await sequence.clearHistory();
  let start = performance.now();
  await sequence.evaluateWithoutGeneratingNewTokens(tokens);
  rates.prompt = (1000 * prompt) / (performance.now() - start);
  start = performance.now();
  let n = 0;
  for await (const _ of sequence.evaluate([tokens[0]], { temperature: 0, yieldEogToken: true })) {
    if (++n >= (warm ? reply : 2)) break;
  }
  rates.generate = (1000 * n) / (performance.now() - start);
}
console.log(JSON.stringify(rates));
process.exit(0);
