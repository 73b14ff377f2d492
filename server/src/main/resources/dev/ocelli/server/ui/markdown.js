// Markdown of replies to HTML that can do no harm: what DOMPurify lets through, without pictures from elsewhere, ids, styles and forms.
import { Marked } from "./lib/marked.js";
import DOMPurify from "./lib/purify.js";
import { regions } from "./boxes.js";
import { t } from "./i18n.js";

/** @type {any} */
let katex = null;
/** @type {any} */
let highlighter = null;
let loading = false;

/** Counts what has been loaded: HTML that was made before may be made better. */
export let generation = 0;

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** @param {string} tex @param {boolean} display */
function formula(tex, display) {
  if (!katex) {
    return `<code class="math">${escaped(tex)}</code>`;
  }
  const html = katex.renderToString(tex, { displayMode: display, output: "mathml", throwOnError: false, trust: false, maxSize: 20, maxExpand: 200 });
  // The annotation has the formula's source a second time; without the element around it, it would be shown.
  return html.replace(/<annotation[^>]*>[\s\S]*?<\/annotation>/g, "").replace(/<\/?semantics>/g, "");
}

/** Formulas as models write them: $$..$$, \[..\], \(..\) and $..$ without spaces inside. */
const formulas = [
  {
    name: "displayMath",
    level: "block",
    start: (/** @type {string} */ src) => src.match(/\$\$|\\\[/)?.index,
    tokenizer(/** @type {string} */ src) {
      const m = /^(?:\$\$([\s\S]{1,4000}?)\$\$|\\\[([\s\S]{1,4000}?)\\\])/.exec(src);
      return m ? { type: "displayMath", raw: m[0], tex: m[1] ?? m[2] } : undefined;
    },
    renderer: (/** @type {any} */ token) => formula(token.tex.trim(), true),
  },
  {
    name: "inlineMath",
    level: "inline",
    start: (/** @type {string} */ src) => src.match(/\$|\\\(|\\\[/)?.index,
    tokenizer(/** @type {string} */ src) {
      const m = /^(?:\$\$([^$]{1,4000}?)\$\$|\\\[([\s\S]{1,4000}?)\\\]|\\\(([\s\S]{1,4000}?)\\\)|\$((?!\s)[^$\n]*?[^\s$\\])\$(?!\d))/.exec(src);
      return m ? { type: "inlineMath", raw: m[0], tex: m[1] ?? m[2] ?? m[3] ?? m[4], display: m[1] !== undefined || m[2] !== undefined } : undefined;
    },
    renderer: (/** @type {any} */ token) => formula(token.tex.trim(), token.display),
  },
];

/** The regions of the reply that is being rendered, as texts; those before the next one have been shown. */
let known = [];
let next = 0;

/** Code with its regions in elements that the picture's boxes are linked to. @param {string} code */
function withRegions(code) {
  let html = "";
  let at = 0;
  for (const r of regions(code)) {
    html += escaped(code.slice(at, r.start));
    const text = code.slice(r.start, r.end);
    const index = known.indexOf(text, next);
    next = index + 1;
    html += `<span class="region" data-region="${index}">${escaped(text)}</span>`;
    at = r.end;
  }
  return html + escaped(code.slice(at));
}

const renderer = {
  code(/** @type {{text: string, lang?: string}} */ { text, lang }) {
    const name = (lang ?? "").split(/\s/)[0].toLowerCase();
    let body = withRegions(text);
    const plain = !body.includes("data-region");
    if (plain && highlighter?.getLanguage(name)) {
      body = highlighter.highlight(text, { language: name, ignoreIllegals: true }).value;
    }
    return `<pre><code class="hljs language-${escaped(name.replace(/[^\w-]/g, ""))}">${body}</code></pre>`;
  },
  image(/** @type {{text: string, href: string}} */ { text, href }) {
    return `<a href="${escaped(href)}">${escaped(text || href)}</a>`;
  },
  checkbox(/** @type {{checked: boolean}} */ { checked }) {
    return checked ? "☑ " : "☐ ";
  },
};

const marked = new Marked({ gfm: true, breaks: true, extensions: formulas, renderer });

const ALLOWED_CLASS = /^(hljs(-[\w-]+)?_?|language-[\w-]*|region|katex|math)$/;

DOMPurify.addHook("uponSanitizeAttribute", (_node, data) => {
  if (data.attrName === "class") {
    data.attrValue = data.attrValue.split(/\s+/).filter((c) => ALLOWED_CLASS.test(c)).join(" ");
  }
});
DOMPurify.addHook("afterSanitizeAttributes", (node) => {
  if (node.nodeName.toLowerCase() === "a") {
    const href = node.getAttribute("href") ?? "";
    if (/^https?:/i.test(href)) {
      node.setAttribute("target", "_blank");
      node.setAttribute("rel", "noopener noreferrer nofollow");
    } else {
      node.removeAttribute("href");
    }
  }
});

const RULES = {
  USE_PROFILES: { html: true, mathMl: true },
  FORBID_TAGS: ["img", "picture", "source", "video", "audio", "track", "form", "input", "button", "select", "textarea", "style", "link", "meta", "base", "dialog", "iframe", "svg", "map", "area", "marquee", "template"],
  FORBID_ATTR: ["id", "name", "style", "srcset", "src", "background", "action", "formaction", "popover", "popovertarget", "tabindex", "autofocus", "accesskey", "contenteditable", "draggable", "role", "slot", "is"],
  ADD_ATTR: ["data-region", "target"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};

/** Loads what formulas and code need, when the first of them comes. @param {string} text @param {() => void} done */
function loadFor(text, done) {
  const math = !katex && /\$|\\\(|\\\[/.test(text);
  const code = !highlighter && text.includes("```");
  if (loading || (!math && !code)) return;
  loading = true;
  const parts = [];
  if (math) parts.push(import("./lib/katex.js").then((m) => (katex = m.default)));
  if (code) parts.push(loadHighlighter().then((h) => (highlighter = h)));
  Promise.all(parts).then(() => {
    loading = false;
    generation++;
    done();
  });
}

/** It is no module: it leaves a global behind. @returns {Promise<any>} */
function loadHighlighter() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("./lib/highlight.js", import.meta.url).href;
    script.onload = () => resolve(/** @type {any} */ (globalThis).hljs);
    script.onerror = reject;
    document.head.append(script);
  });
}

/** A reply that is nothing but JSON with regions is shown as code. @param {string} text */
function fenced(text) {
  return /^\s*[[{]/.test(text) && regions(text).length > 0 ? `\`\`\`json\n${text.trim()}\n\`\`\`` : text;
}

/**
 * Safe HTML of a reply.
 * @param {string} text
 * @param {() => void} better called when libraries have come that make it better
 */
export function html(text, better) {
  const source = fenced(text);
  loadFor(source, better);
  known = regions(text).map((r) => text.slice(r.start, r.end));
  next = 0;
  const safe = DOMPurify.sanitize(marked.parse(source, { async: false }), RULES);
  // In sanitized HTML these letters are always an element: within text the bracket is written &lt;.
  const button = `<button type="button" class="quiet copy-code">${escaped(t("message.copyCode"))}</button>`;
  return safe.replaceAll("<pre>", `<div class="code">${button}<pre>`).replaceAll("</pre>", "</pre></div>");
}
