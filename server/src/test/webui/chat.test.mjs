// What people do on the page, with the embedded model behind it.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { KEY, KEYED_URL, URL_, ask, attach, example, finish, launch, open } from "./page.mjs";

before(launch);
after(finish);

/** Before the first reply it is what the machine can do, where that can be measured. */
const expectedTime = /(about [\d.]+ s|less than a second) until the reply begins|known when the server is idle/;
const HEART = example("heart-diamond-circle.png");
const work = mkdtempSync(join(tmpdir(), "ocelli-webui-"));

test("a picture is planned, described, and kept over a reload", async () => {
  const page = await open();
  await attach(page, HEART);
  await page.getByText("grid 12 × 12").waitFor();
  await page.locator(".budget", { hasText: expectedTime }).waitFor();
  assert.match(await page.locator(".budget").innerText(), /36 tokens · 0.9 % of the context/);
  const reply = await ask(page, "Describe this image.");
  const text = await reply.locator(".markdown").innerText();
  assert.match(text, /heart/);
  await reply.locator(".timings summary").click();
  assert.match(await reply.locator(".timings dl").innerText(), /prompt[\s\S]*reply[\s\S]*192×192 → 192×192 · 36 tokens/);

  await page.reload();
  assert.equal(await page.locator(".reply .markdown").innerText(), text);
  const shown = page.locator(".user img");
  await shown.waitFor();
  assert.equal(await shown.evaluate((i) => i.decode().then(() => i.naturalWidth)), 192);

  await attach(page, HEART);
  await page.locator(".chip .tokens", { hasText: "36 tokens · from cache" }).waitFor();
  assert.match(await page.locator(".budget").innerText(), /[1-9]\d* of \d+ from cache · less than a second until the reply begins/);
  const again = await ask(page, "How many objects are there?");
  assert.match(await again.locator(".timings summary").innerText(), /from cache: \d+ · pictures from cache: 2/);
  await page.context().close();
});

test("two pictures go into one message, one of them dropped and one pasted", async () => {
  const page = await open();
  for (const [event, name] of [["drop", HEART], ["paste", example("ring-heart.png")]]) {
    await page.evaluate(
      ([kind, base64]) => {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], `${kind}.png`, { type: "image/png" }));
        const e = kind === "drop" ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }) : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
        document.body.dispatchEvent(e);
      },
      [event, readFileSync(name, "base64")],
    );
    await page.getByText(`${event}.png`).waitFor();
  }
  const reply = await ask(page, "What changed?");
  assert.equal(await page.locator(".user img").count(), 2);
  await reply.locator(".timings summary").click();
  assert.match(await reply.locator(".timings dl").innerText(), /Picture 1[\s\S]*Picture 2/);
  await page.context().close();
});

test("pages of a PDF are counted and seen, those that are chosen", async () => {
  const page = await open({ prefs: { pictureTokens: 64 } });
  const paper = await page.context().newPage();
  const picture = `<img style="display: block; width: 192px" src="data:image/png;base64,${readFileSync(HEART, "base64")}">`;
  await paper.setContent(`<style>* { margin: 0 }</style>${picture}${picture}`);
  const file = join(work, "scan.pdf");
  await paper.pdf({ path: file, width: "192px", height: "192px", printBackground: true });
  await paper.close();
  await attach(page, file);
  const tokens = async () => Number((await page.locator(".chip .tokens", { hasText: /[1-9]/ }).innerText()).match(/\d+/)[0]);
  const both = await tokens();
  await page.getByLabel("Pages of scan.pdf").fill("2");
  await page.getByLabel("Pages of scan.pdf").press("Tab");
  await page.waitForFunction((old) => !/counting/.test(document.querySelector(".chip").textContent) && !document.querySelector(".chip").textContent.includes(`${old} tokens`), both);
  assert.ok((await tokens()) < both);
  const reply = await ask(page, "Describe this image.");
  assert.match(await reply.locator(".markdown").innerText(), /background/);
  await reply.locator(".timings summary").click();
  assert.doesNotMatch(await reply.locator(".timings dl").innerText(), /Picture 2/);
  assert.equal(await page.locator(".user .named").innerText(), "scan.pdf");
  await page.context().close();
});

test("boxes stand on the picture where the reply says, linked with its words", async () => {
  const page = await open();
  await attach(page, HEART);
  const reply = await ask(page, "Locate every object and output the bounding boxes in JSON.");
  const said = JSON.parse(await reply.locator(".markdown pre").innerText()).map((o) => o.bbox_2d);
  assert.ok(said.length > 0);
  const drawn = await reply.locator(".stage").evaluate(async (stage) => {
    const image = stage.querySelector("img");
    await image.decode();
    const on = image.getBoundingClientRect();
    return [...stage.querySelectorAll("rect")].map((r) => {
      const at = r.getBoundingClientRect();
      return [(at.left - on.left) / on.width, (at.top - on.top) / on.height, (at.right - on.left) / on.width, (at.bottom - on.top) / on.height];
    });
  });
  assert.deepEqual(drawn.map((b) => b.map((v) => Math.round(v * 1000))), said);

  await reply.locator(".region").first().hover();
  assert.notEqual(await reply.locator("rect").first().getAttribute("data-hot"), null);
  await reply.locator("figcaption li button").last().focus();
  assert.notEqual(await reply.locator(".region").last().getAttribute("data-hot"), null);

  const [download] = await Promise.all([page.waitForEvent("download"), reply.getByText("Download with boxes").click()]);
  assert.equal(download.suggestedFilename(), "heart-diamond-circle-boxes.png");
  const png = readFileSync(await download.path());
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [192, 192]);
  await page.context().close();
});

test("a reply is stopped, continued, regenerated; a message is edited", async () => {
  const page = await open({ prefs: { sampling: { temperature: 0, ignore_eos: true, loop_guard: false, max_tokens: 3500 } } });
  await attach(page, HEART);
  await page.locator("#message").fill("Describe this image.");
  await page.locator("#message").press("Enter");
  await page.locator(".reply .markdown").waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("Stopped.").waitFor();
  const cut = await page.locator(".reply .markdown").innerText();
  for (let busy = true; busy; ) {
    busy = (await (await fetch(`${URL_}/slots`)).json()).some((s) => s.is_processing);
  }
  await page.evaluate(() => {
    const prefs = JSON.parse(localStorage.getItem("ocelli.preferences"));
    localStorage.setItem("ocelli.preferences", JSON.stringify({ ...prefs, sampling: { temperature: 0, max_tokens: 5 } }));
  });
  await page.reload();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.locator(".timings").waitFor();
  const longer = await page.locator(".reply .markdown").innerText();
  assert.ok(longer.startsWith(cut.trimEnd().slice(0, 40)) && longer.length >= cut.trimEnd().length, longer);

  await page.getByRole("button", { name: "Regenerate" }).click();
  await page.getByText("2/2").waitFor();
  await page.getByText("Cut at the token limit.").waitFor();
  await page.getByRole("button", { name: "Previous version" }).click();
  await page.getByText("1/2").waitFor();
  assert.equal(await page.locator(".reply .markdown").innerText(), longer);

  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByText("grid 12 × 12").waitFor();
  await page.locator("#message").fill("What color is the background?");
  await page.locator("#message").press("Enter");
  await page.locator(".user .versions").waitFor();
  await page.locator(".reply .timings").waitFor();
  assert.equal(await page.locator(".bubble").innerText(), "What color is the background?");
  await page.context().close();
});

test("who leaves while a reply comes finds what had come, and goes on", async () => {
  const page = await open({ prefs: { sampling: { temperature: 0, ignore_eos: true, loop_guard: false, max_tokens: 3500 } } });
  await page.locator("#message").fill("Describe this image.");
  await page.locator("#message").press("Enter");
  await page.locator(".reply .markdown").waitFor();
  await page.reload();
  await page.locator("[aria-label=Continue], .user [aria-label=Regenerate]").first().waitFor();
  assert.equal(await page.locator(".bubble").innerText(), "Describe this image.");
  page.once("dialog", (d) => d.accept());
  await page.locator(".chats summary").click();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByText("No chats yet").waitFor();
  await page.reload();
  await page.getByText("No chats yet").waitFor();
  await page.context().close();
});

test("chats are found, named, branched, exported, imported and deleted", async () => {
  const page = await open({ prefs: { sampling: { temperature: 0, max_tokens: 3 } } });
  await attach(page, HEART);
  await ask(page, "Describe this image.");
  await page.getByRole("button", { name: "Branch to a new chat" }).click();
  await page.locator(".chats li").nth(1).waitFor();
  page.once("dialog", (d) => d.accept("Renamed <b>chat</b>"));
  await page.locator(".chats li.here summary").click();
  await page.locator(".chats li.here").getByRole("button", { name: "Rename" }).click();
  await page.locator(".chats .title", { hasText: "Renamed <b>chat</b>" }).waitFor();
  await page.locator("#search").fill("renamed");
  await page.waitForFunction(() => document.querySelectorAll(".chats li").length === 1);
  await page.locator("#search").fill("");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export all" }).click()]);
  const file = join(work, "chats.json");
  await download.saveAs(file);
  for (let n = 2; n > 0; n--) {
    page.once("dialog", (d) => d.accept());
    await page.locator(".chats summary").first().click();
    await page.locator(".chats li").first().getByRole("button", { name: "Delete" }).click();
    await page.waitForFunction((left) => document.querySelectorAll(".chats li").length === left, n - 1);
  }
  for (const [chosen, told] of [[HEART, "This file cannot be imported"], [file, "2 chats imported"]]) {
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Import" }).click()]);
    await chooser.setFiles(chosen);
    await page.getByText(told).waitFor();
  }
  await page.locator(".chats .title", { hasText: "Renamed" }).click();
  const picture = page.locator(".user img");
  await picture.waitFor();
  assert.equal(await picture.evaluate((i) => i.decode().then(() => i.naturalWidth)), 192);
  await page.context().close();
});

test("a photo comes from the camera, and the camera is let go", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Take a photo" }).click();
  await page.getByRole("button", { name: "Take photo", exact: true }).click();
  await page.getByText("photo.jpg").waitFor();
  await page.locator(".chip .grid").waitFor();
  assert.equal(await page.locator("dialog").count(), 0);
  await page.context().close();
});

test("in Chinese, with a Chinese answer", async () => {
  const page = await open({ context: { locale: "zh-CN" } });
  await page.getByText("向图片、文档和视频提问").waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-CN");
  await attach(page, HEART);
  await page.getByRole("button", { name: "提示词" }).click();
  await page.locator("dialog [data-template=short]").click();
  const reply = await ask(page, await page.locator("#message").inputValue());
  assert.match(await reply.locator(".markdown").innerText(), /[\u4e00-\u9fff]{4}/);
  await page.getByLabel("语言").selectOption("en");
  await page.getByRole("button", { name: "New chat", exact: true }).waitFor();
  await page.context().close();
});

test("what the server refuses is told, and can be mended", async () => {
  const page = await open();
  const broken = join(work, "broken.png");
  writeFileSync(broken, "no picture at all");
  await attach(page, broken);
  await page.locator(".chip .wrong").waitFor();
  assert.match(await page.locator(".chip .wrong").innerText(), /picture|PNG|image/i);
  const reply = await ask(page, "Describe this image.");
  assert.match(await reply.locator(".error").innerText(), /That did not work[\s\S]*content\[0\]/);
  assert.equal(await reply.locator(".error").getAttribute("role"), "alert");
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("button", { name: "Remove broken.png" }).click();
  await page.locator("#message").fill("Hello");
  await page.locator("#message").press("Enter");
  await page.locator(".reply .timings").waitFor();
  await page.context().close();
});

test("a key is asked for, refused, taken and kept as chosen; then the server goes away", async () => {
  const page = await open({ url: KEYED_URL });
  await page.getByRole("dialog").waitFor();
  await page.getByLabel("API key", { exact: true }).last().fill("wrong");
  await page.getByRole("button", { name: "Use key" }).click();
  await page.getByRole("dialog").waitFor();
  await page.getByLabel("API key", { exact: true }).last().fill(KEY);
  await page.getByRole("button", { name: "Use key" }).click();
  await page.locator(".header .model").waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem("ocelli.key")), null);
  assert.equal(await page.evaluate(() => sessionStorage.getItem("ocelli.key")), KEY);
  assert.match(await (await ask(page, "Hello")).innerText(), /tokens/);

  process.kill(Number(process.env.OCELLI_KEYED_PID));
  for (let alive = true; alive; ) alive = await fetch(KEYED_URL).then(() => true, () => false);
  const reply = await ask(page, "Are you there?");
  assert.match(await reply.locator(".error").innerText(), /The server does not answer/);
  await page.locator(".banner.gone").waitFor();
  await page.context().close();
});
