// How far models are that the server is loading, while something here waits for one.
import * as api from "./api.js";
import { state, update } from "./state.js";

/** Between questions how far it is. */
const LOOK_MS = 400;

/** After such a silence a model that was loaded may have been unloaded, and be loaded again. */
const SILENCE_MS = 1500;

/** Asks once; a server that does not say is no error. */
export async function lookAtLoading() {
  try {
    update({ loading: await api.loading() });
  } catch {
    update({ loading: [] });
  }
}

let waiting = 0;

/**
 * Does what waits for a model, and shows how far the model is where it is not loaded.
 * @template T
 * @param {string} model
 * @param {() => Promise<T>} act
 * @returns {Promise<T>}
 */
export async function whileLoading(model, act) {
  const there = state.models.find((m) => m.id === model)?.status?.value === "loaded";
  let looked = false;
  const look = () => {
    looked = true;
    lookAtLoading().then(() => (timer = over ? timer : setTimeout(look, LOOK_MS)));
  };
  let over = false;
  let timer = setTimeout(look, there ? SILENCE_MS : 0);
  waiting++;
  try {
    return await act();
  } finally {
    over = true;
    clearTimeout(timer);
    if (--waiting === 0 && looked) await listAgain();
  }
}

/** Nobody waits any more: what the list says of the models has changed. */
async function listAgain() {
  const models = await api.models().catch(() => state.models);
  update({ models, loading: [] });
}

/**
 * The model that is being loaded and how much of it is there.
 * @returns {{name: string, share: number, done: number, total: number} | null}
 */
export function loadingNow() {
  const far = state.loading[0];
  if (!far || !(far.total_bytes > 0)) return null;
  return { name: far.id ?? "", share: Math.min(1, far.done_bytes / far.total_bytes), done: far.done_bytes, total: far.total_bytes };
}
