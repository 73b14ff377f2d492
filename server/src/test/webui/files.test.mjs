// Folders, documents and clips on the page: what they cost, and where replies point in them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ask, attach, example, finish, launch, open, pretend } from "./page.mjs";

before(launch);
after(finish);

const HEART = example("heart-diamond-circle.png");
const work = mkdtempSync(join(tmpdir(), "ocelli-webui-"));
const noFfmpeg = spawnSync("ffmpeg", ["-version"]).status !== 0 && "ffmpeg is not installed: clips of video files are not tried";

/** A PDF with a picture on each page. */
async function pdf(page, name, ...pictures) {
  const paper = await page.context().newPage();
  const images = pictures.map((p) => `<img style="display: block; width: 192px" src="data:image/png;base64,${readFileSync(p, "base64")}">`);
  await paper.setContent(`<style>* { margin: 0 }</style>${images.join("")}`);
  const path = join(work, name);
  await paper.pdf({ path, width: "192px", height: "192px", printBackground: true });
  await paper.close();
  return path;
}

/** A TIFF with pages of one colour each, which browsers do not draw. */
function tiff(name, ...colours) {
  const side = 96;
  const pixels = side * side * 3;
  const fields = 9;
  const step = 2 + fields * 12 + 4 + 6 + pixels;
  const file = Buffer.alloc(8 + colours.length * step);
  file.write("II*\0", "latin1");
  file.writeUInt32LE(8, 4);
  colours.forEach((colour, page) => {
    const at = 8 + page * step;
    const bits = at + 2 + fields * 12 + 4;
    // Width, height, bits, no compression, RGB, strip, values a pixel, rows of the strip, its bytes.
    const values = [[256, 4, 1, side], [257, 4, 1, side], [258, 3, 3, bits], [259, 3, 1, 1], [262, 3, 1, 2], [273, 4, 1, bits + 6], [277, 3, 1, 3], [278, 4, 1, side], [279, 4, 1, pixels]];
    file.writeUInt16LE(fields, at);
    values.forEach(([tag, type, count, value], i) => {
      const entry = at + 2 + i * 12;
      file.writeUInt16LE(tag, entry);
      file.writeUInt16LE(type, entry + 2);
      file.writeUInt32LE(count, entry + 4);
      file.writeUInt32LE(value, entry + 8);
    });
    file.writeUInt32LE(page + 1 < colours.length ? at + step : 0, at + 2 + fields * 12);
    for (let i = 0; i < 3; i++) file.writeUInt16LE(8, bits + 2 * i);
    for (let i = 0; i < side * side; i++) Buffer.from(colour).copy(file, bits + 6 + 3 * i);
  });
  const path = join(work, name);
  writeFileSync(path, file);
  return path;
}

/** Where the boxes of a figure are, in thousandths of its picture, and the picture's own size. */
async function drawn(figure) {
  await figure.locator(".stage img").waitFor();
  return figure.locator(".stage").evaluate(async (stage) => {
    const image = stage.querySelector("img");
    await image.decode();
    const on = image.getBoundingClientRect();
    const boxes = [...stage.querySelectorAll("rect")].map((r) => {
      const at = r.getBoundingClientRect();
      return [(at.left - on.left) / on.width, (at.top - on.top) / on.height, (at.right - on.left) / on.width, (at.bottom - on.top) / on.height].map((v) => Math.round(v * 1000));
    });
    return { boxes, size: [image.naturalWidth, image.naturalHeight] };
  });
}

/** The size of the picture that is downloaded, and its name. */
async function downloaded(page, figure) {
  const [download] = await Promise.all([page.waitForEvent("download"), figure.getByText("Download with boxes").click()]);
  const png = readFileSync(await download.path());
  return { name: download.suggestedFilename(), size: [png.readUInt32BE(16), png.readUInt32BE(20)] };
}

test("a folder is dropped: what is in it and below it, in order, and what is no picture is left out", async () => {
  const folder = join(work, "scans");
  mkdirSync(join(folder, "more"), { recursive: true });
  for (const name of ["p10.png", "p2.png", join("more", "deep.png")]) copyFileSync(HEART, join(folder, name));
  writeFileSync(join(folder, "notes.txt"), "not a picture");
  const page = await open();
  const cdp = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await cdp.send("Input.dispatchDragEvent", { type, x: 600, y: 300, data });
    if (type === "dragOver") await page.locator(".drop").waitFor();
  }
  await page.locator(".chip").nth(2).waitFor();
  await page.getByText("1 files were left out").waitFor();
  assert.deepEqual(await page.locator(".chip strong").allInnerTexts(), ["deep.png", "p2.png", "p10.png"]);
  assert.equal(await page.locator(".drop").count(), 0);
  await page.locator(".budget", { hasText: "108 tokens" }).waitFor();
  const reply = await ask(page, "Describe this image.");
  assert.equal(await page.locator(".user img").count(), 3);
  assert.match(await reply.locator(".markdown").innerText(), /\w/);
  await page.context().close();
});

test("boxes stand on the page of a PDF as the server draws it", async () => {
  const page = await open();
  await attach(page, await pdf(page, "scan.pdf", HEART));
  await page.locator(".chip .tokens", { hasText: /\d+ tokens · / }).waitFor();
  const reply = await ask(page, "Locate every object and output the bounding boxes in JSON.");
  const said = JSON.parse(await reply.locator(".markdown pre").innerText()).map((o) => o.bbox_2d);
  const figure = reply.locator(".annotated");
  const on = await drawn(figure);
  assert.deepEqual(on.boxes, said);
  assert.ok(on.size[0] >= 100 && on.size[0] === on.size[1], String(on.size));
  assert.equal(await figure.locator("strong").innerText(), "Page 1 of scan.pdf");
  assert.equal(await figure.locator(".stage img").getAttribute("alt"), "Page 1 of scan.pdf");
  await reply.locator(".region").first().hover();
  assert.notEqual(await figure.locator("rect").first().getAttribute("data-hot"), null);
  assert.deepEqual(await downloaded(page, figure), { name: "scan-page-1-boxes.png", size: on.size });
  await page.context().close();
});

test("regions find their page among files, and the page its number among those that were chosen", async () => {
  const page = await open({ prefs: { pictureTokens: 64 } });
  await pretend(page, '[{"bbox_2d": [100, 200, 300, 400], "label": "a", "image": 2}, {"point_2d": [500, 500], "label": "b", "image": 3}, {"bbox_2d": [0, 0, 500, 500], "label": "c", "image": 1}]');
  await attach(page, HEART, await pdf(page, "book.pdf", HEART, HEART, HEART));
  const tokens = page.locator(".chip", { hasText: "book.pdf" }).locator(".tokens");
  const all = Number((await tokens.filter({ hasText: /[1-9]\d* tokens/ }).innerText()).match(/\d+/)[0]);
  await page.getByLabel("Pages of book.pdf").fill("2-3");
  await page.getByLabel("Pages of book.pdf").press("Tab");
  await tokens.filter({ hasText: `${(all / 3) * 2} tokens` }).waitFor();
  const reply = await ask(page, "go");
  await reply.locator(".annotated img").nth(2).waitFor();
  await page.waitForFunction(() => document.querySelectorAll(".annotated").length === 3);
  assert.deepEqual(await reply.locator("figcaption strong").allInnerTexts(), ["Picture 1", "Page 2 of book.pdf", "Page 3 of book.pdf"]);
  assert.deepEqual((await drawn(reply.locator(".annotated").nth(1))).boxes, [[100, 200, 300, 400]]);
  await page.reload();
  await page.locator(".annotated img").nth(2).waitFor();
  await page.context().close();
});

test("pages of a TIFF are drawn by the server", async () => {
  const page = await open();
  await pretend(page, '[{"bbox_2d": [0, 0, 1000, 500], "label": "blue", "page": 2}]');
  await attach(page, tiff("scan.tif", [200, 0, 0], [0, 0, 200]));
  await page.locator(".chip .tokens", { hasText: /[1-9]\d* tokens · / }).waitFor();
  const reply = await ask(page, "go");
  const { boxes } = await drawn(reply.locator(".annotated"));
  assert.deepEqual(boxes, [[0, 0, 1000, 500]]);
  assert.equal(await reply.locator("figcaption strong").innerText(), "Page 2 of scan.tif");
  const colour = await reply.locator(".stage img").evaluate((image) => {
    const g = new OffscreenCanvas(1, 1).getContext("2d");
    g.drawImage(image, 0, 0, 1, 1);
    return [...g.getImageData(0, 0, 1, 1).data].slice(0, 3);
  });
  assert.deepEqual(colour, [0, 0, 200]);
  await page.context().close();
});

test("a GIF is a clip where that is said; boxes stand on the frame of the time that the reply names", async () => {
  const page = await open();
  await attach(page, example("scenes.gif"));
  const asPicture = await page.locator(".chip .tokens", { hasText: /[1-9]/ }).innerText();
  await page.getByRole("button", { name: "as a clip" }).click();
  await page.waitForFunction((old) => /[1-9]\d* tokens · /.test(document.querySelector(".chip .tokens").textContent) && document.querySelector(".chip .tokens").textContent !== old, asPicture);
  await ask(page, "What happens?");
  await pretend(page, '[{"time": "<2.0 seconds>", "bbox_2d": [0, 0, 500, 1000], "label": "late"}, {"bbox_2d": [500, 0, 1000, 1000], "label": "whenever"}]');
  await page.getByRole("button", { name: "Regenerate" }).click();
  const reply = page.locator(".reply");
  await reply.locator(".annotated img").nth(1).waitFor();
  assert.deepEqual(await reply.locator("figcaption strong").allInnerTexts(), ["First frame of scenes.gif, at 0.0 s: the reply names no time", "Frame at 2.0 s of scenes.gif"]);
  const last = await drawn(reply.locator(".annotated").last());
  assert.deepEqual(last.boxes, [[0, 0, 500, 1000]]);
  assert.deepEqual(await downloaded(page, reply.locator(".annotated").last()), { name: "scenes-2.0s-boxes.png", size: last.size });
  await page.context().close();
});

test("a video file is counted, seen and pointed at", { skip: noFfmpeg }, async () => {
  const file = join(work, "clip.mp4");
  const made = spawnSync("ffmpeg", ["-v", "error", "-y", "-i", example("scenes.gif"), "-pix_fmt", "yuv420p", file]);
  assert.equal(made.status, 0, String(made.stderr));
  const page = await open();
  await attach(page, file);
  await page.locator(".chip .tokens", { hasText: /[1-9]\d* tokens · / }).waitFor();
  const real = await ask(page, "What happens?");
  assert.match(await real.locator(".markdown").innerText(), /\w/);
  await pretend(page, '{"time": 1.0, "point_2d": [500, 500], "label": "middle"}');
  await page.getByRole("button", { name: "Regenerate" }).click();
  await page.locator(".annotated img").waitFor();
  assert.match(await page.locator("figcaption strong").innerText(), /Frame at [01]\.\d s of clip\.mp4/);
  assert.equal(await page.locator(".mark.point").count(), 1);
  await page.context().close();
});

test("a page that cannot be drawn says why, and the list stays", async () => {
  const page = await open();
  await page.route("**/v1/pictures/view", (route) => route.fulfill({ status: 400, json: { error: { message: "page 1 is <b>broken</b>" } } }));
  await pretend(page, '[{"bbox_2d": [1, 2, 3, 4], "label": "x"}]');
  await attach(page, await pdf(page, "bad.pdf", HEART));
  const reply = await ask(page, "go");
  await reply.getByText("page 1 is <b>broken</b>").waitFor();
  assert.equal(await reply.locator("figcaption li").count(), 1);
  assert.equal(await reply.getByText("Download with boxes").count(), 0);
  await page.context().close();
});

test("how far the model is, when the page opens before it is there", async () => {
  const page = await open();
  let done = 0;
  await page.route("**/v1/models", (route) => (done < 900e6 ? route.fulfill({ status: 503, json: { error: { message: "Loading model" } } }) : route.continue()));
  await page.route("**/v1/loading", (route) => route.fulfill({ json: { object: "list", data: [{ done_bytes: (done += 300e6), total_bytes: 1200e6 }] } }));
  await page.reload();
  const banner = page.locator(".banner.loading");
  await banner.getByText(/(25|50|75) % · [369]00 MB of 1\.2 GB/).waitFor();
  assert.match(await banner.locator("progress").getAttribute("value"), /^0\.\d+$/);
  assert.equal(await banner.locator("progress").getAttribute("aria-label"), "The model is being loaded …");
  await banner.waitFor({ state: "detached" });
  await page.locator(".header .model").waitFor();
  await page.context().close();
});

test("how far the model is that a message waits for, on a phone", async () => {
  const page = await open({ context: { viewport: { width: 360, height: 720 } } });
  const name = "folder/another-model-with-a-name-longer-than-the-screen-Q4_K_M";
  const models = await (await page.request.get(`${page.url()}v1/models`)).json();
  const first = models.data[0];
  const other = { ...first, id: name, status: { value: "unloaded" } };
  let loaded = false;
  await page.route("**/v1/models", (route) => route.fulfill({ json: { data: [first, loaded ? { ...other, status: { value: "loaded" } } : other] } }));
  await page.route("**/v1/loading", (route) => route.fulfill({ json: { data: loaded ? [] : [{ id: name, done_bytes: 42, total_bytes: 100 }] } }));
  let answer = () => {};
  const held = new Promise((resolve) => (answer = resolve));
  await page.route("**/v1/chat/completions", async (route) => {
    await held;
    loaded = true;
    await route.continue();
  });
  await page.reload();
  await page.locator(".header .model").selectOption(name);
  await page.locator("#message").fill("Describe this image.");
  await page.locator("#message").press("Enter");
  await page.getByText(`${name} is being loaded …`).waitFor();
  await page.getByText("42 % · 42 B of 100 B").waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
  await page.getByText("Waiting for the model to be loaded …").waitFor();
  answer();
  await page.locator(".reply .timings").waitFor();
  await page.locator(".banner.loading").waitFor({ state: "detached" });
  assert.match(await page.locator(".header .model").innerText(), /Q4_K_M · loaded/);
  await page.context().close();
});
