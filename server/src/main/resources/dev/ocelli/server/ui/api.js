// Talks to the server that this page comes from, and to nobody else.
import { events } from "./sse.js";

/** What the server, or its absence, has answered. */
export class ServerError extends Error {
  /** @param {number} status 0 when there was no answer @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const KEY = "ocelli.key";

export function apiKey() {
  return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? "";
}

/** @param {string} key @param {boolean} remember beyond this tab */
export function setApiKey(key, remember) {
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(KEY);
  if (key) (remember ? localStorage : sessionStorage).setItem(KEY, key);
}

export function keyIsRemembered() {
  return localStorage.getItem(KEY) !== null;
}

/**
 * @param {string} path relative to the page, so that a proxy may put the server below a path
 * @param {RequestInit} [init]
 */
async function call(path, init = {}) {
  const headers = new Headers(init.headers);
  if (apiKey()) headers.set("Authorization", `Bearer ${apiKey()}`);
  let response;
  try {
    response = await fetch(path, { ...init, headers });
  } catch (e) {
    if (e instanceof DOMException && e.name === "AbortError") throw e;
    throw new ServerError(0, "");
  }
  if (response.ok) return response;
  const text = await response.text();
  let message = text;
  try {
    const error = JSON.parse(text).error;
    message = typeof error === "string" ? error : (error?.message ?? text);
  } catch {
    // Something between here and the server answered in its own words.
  }
  throw new ServerError(response.status, message || response.statusText);
}

/** @param {string} path @param {unknown} body @param {AbortSignal} [signal] */
function post(path, body, signal) {
  return call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
}

export async function models() {
  return (await (await call("v1/models")).json()).data;
}

/** @param {string} model */
export async function props(model) {
  return (await call(`props?model=${encodeURIComponent(model)}`)).json();
}

/** Slots and how many work. */
export async function slots() {
  const all = await (await call("slots")).json();
  return { total: all.length, busy: all.filter((/** @type {any} */ s) => s.is_processing).length };
}

/** How far models are that are being loaded; a server that has none yet says it of its own. */
export async function loading() {
  return (await (await call("v1/loading")).json()).data;
}

/**
 * Grid, tokens and seconds of pictures.
 * @param {string} model
 * @param {{width: number, height: number, max_tokens?: number}[]} pictures
 */
export async function plan(model, pictures) {
  return (await post("v1/pictures/plan", { model, pictures })).json();
}

/** What a conversation would cost. @param {any} request */
export async function planChat(request) {
  return (await post("v1/chat/completions/plan", request)).json();
}

/**
 * Pages and frames as the model sees them.
 * @param {any} request messages and the views of their pictures that are wanted
 */
export async function views(request) {
  return (await (await post("v1/pictures/view", request)).json()).views;
}

/**
 * The chunks of a reply.
 * @param {any} request
 * @param {AbortSignal} signal
 */
export async function* chat(request, signal) {
  const response = await post("v1/chat/completions", request, signal);
  if (!response.body) throw new ServerError(0, "");
  try {
    for await (const event of events(response.body)) {
      if (event.error) throw new ServerError(event.error.code ?? 500, event.error.message);
      yield event;
    }
  } catch (e) {
    if (e instanceof TypeError) throw new ServerError(0, "");
    throw e;
  }
}
