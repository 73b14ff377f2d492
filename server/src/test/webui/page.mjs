// A browser with the page in it, and what all tests of the page watch: that nothing but the server is asked, and that nothing goes wrong unseen.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const URL_ = process.env.OCELLI_URL;
export const KEYED_URL = process.env.OCELLI_KEYED_URL;
export const KEY = process.env.OCELLI_KEY;

/** @param {string} name of an example picture */
export function example(name) {
  return fileURLToPath(new URL(`../../../../examples/${name}`, import.meta.url));
}

let browser;
const foreign = [];
const faults = [];

export async function launch() {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
  });
}

export async function finish() {
  await browser.close();
  assert.deepEqual(foreign, [], "requests to other hosts");
  assert.deepEqual(faults, [], "errors of scripts, or what the content policy refused");
}

/**
 * A fresh browser profile on the page, with settings that make replies repeatable.
 * @param {{url?: string, context?: object, prefs?: object, hostile?: boolean}} [how] hostile: the content policy has something to refuse
 */
export async function open({ url = URL_, context = {}, prefs = {}, hostile = false } = {}) {
  const c = await browser.newContext({ viewport: { width: 1200, height: 800 }, locale: "en", ...context });
  c.setDefaultTimeout(20_000);
  c.on("request", (r) => {
    const to = new URL(r.url());
    if (!["data:", "blob:"].includes(to.protocol) && to.origin !== new URL(url).origin) foreign.push(r.url());
  });
  await c.addInitScript((p) => {
    localStorage.getItem("ocelli.preferences") ?? localStorage.setItem("ocelli.preferences", JSON.stringify(p));
  }, { sampling: { temperature: 0 }, ...prefs });
  const page = await c.newPage();
  page.on("pageerror", (e) => faults.push(String(e.stack)));
  page.on("console", (m) => {
    const expected = /Failed to load resource|net::ERR/.test(m.text()) || (hostile && m.text().includes("Content Security Policy"));
    if (m.type() === "error" && !expected) faults.push(m.text());
  });
  await page.goto(url);
  return page;
}

/** Puts pictures beside the message. */
export function attach(page, ...files) {
  return page.locator(".composer input[type=file]").first().setInputFiles(files);
}

/** Sends a text and waits for the end of the reply; its element. */
export async function ask(page, text) {
  const before = await page.locator(".reply").count();
  await page.locator("#message").fill(text);
  await page.locator("#message").press("Enter");
  const reply = page.locator(".reply").nth(before);
  await reply.locator(".timings, .error").first().waitFor();
  await page.locator(".send:not(.stop)").waitFor();
  return reply;
}

/** Lets the server seem to answer with this text, piece by piece. */
export async function pretend(page, text, reasoning = "") {
  const chunk = (delta, finish = null) => `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  let body = reasoning ? chunk({ reasoning_content: reasoning }) : "";
  for (let i = 0; i < text.length; i += 97) body += chunk({ content: text.slice(i, i + 97) });
  const timings = { prompt_n: 1, cache_n: 0, predicted_n: 1, prompt_ms: 1, predicted_ms: 1, predicted_per_second: 1 };
  body += `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }], timings })}\n\ndata: [DONE]\n\n`;
  await page.route("**/v1/chat/completions", (route) => route.fulfill({ status: 200, contentType: "text/event-stream", body }));
}
