// Measures "ocelli extract" in the world of the nano model: its evaluation pictures, placed on the pages of a PDF, with known truth.
//
//   node bench/extract.mjs EVAL_FOLDER [--ocelli PATH] [--margin 0] [--calibrate OUT.json]
//
// EVAL_FOLDER has eval.jsonl and images/. Each picture becomes a page of as many points as it has pixels, so that 72 dpi give its pixels
// back; --margin adds white of so many points around it. Two schemas are asked: objects as shape, colour and place, in the words
// that the model was trained on, and labels with boxes. The tables are those of "ocelli extract --truth"; confidence is
// calibrated by one half of the pages and measured on the other. --calibrate keeps the table of the first schema.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync, inflateSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const options = { ocelli: join(here, "..", "ocelli"), margin: 0, calibrate: "" };
const folders = [];
for (let i = 2; i < process.argv.length; i++) {
  const name = process.argv[i].replace(/^--/, "");
  if (!(name in options) || !process.argv[i].startsWith("--")) folders.push(process.argv[i]);
  else options[name] = typeof options[name] === "number" ? Number(process.argv[++i]) : process.argv[++i];
}
if (folders.length !== 1) {
  console.error("usage: see the head of extract.mjs");
  process.exit(2);
}
const [folder] = folders;
const lines = readFileSync(join(folder, "eval.jsonl"), "utf8").split("\n").filter(Boolean).map(JSON.parse);

/** The pixels of an 8-bit RGB PNG without interlacing, which the evaluation pictures are. */
function rgb(png) {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  if (png[24] !== 8 || png[25] !== 2 || png[28] !== 0) throw new Error("an 8-bit RGB PNG is needed");
  const data = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(data));
  const row = width * 3;
  const out = Buffer.alloc(row * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (row + 1)];
    for (let x = 0; x < row; x++) {
      const left = x < 3 ? 0 : out[y * row + x - 3];
      const up = y === 0 ? 0 : out[(y - 1) * row + x];
      const corner = x < 3 || y === 0 ? 0 : out[(y - 1) * row + x - 3];
      const p = left + up - corner;
      const [a, b, c] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)];
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      out[y * row + x] = raw[y * (row + 1) + 1 + x] + [0, left, up, (left + up) >> 1, paeth][filter];
    }
  }
  return out;
}

/** A PDF with a picture on each page. */
function pdf(pictures) {
  const objects = [];
  const add = (head, stream) => {
    const body = stream ? [`<<${head} /Length ${stream.length}>>\nstream\n`, stream, "\nendstream"] : [head];
    objects.push(Buffer.concat(body.map((b) => Buffer.from(b, "latin1"))));
    return objects.length + 2;
  };
  const pages = pictures.map(({ file, size: [w, h] }) => {
    const bytes = readFileSync(join(folder, file));
    const head = `/Type /XObject /Subtype /Image /Width ${w} /Height ${h} /ColorSpace /DeviceRGB /BitsPerComponent 8`;
    const image = file.endsWith(".jpg")
      ? add(`${head} /Filter /DCTDecode`, bytes)
      : add(`${head} /Filter /FlateDecode`, deflateSync(rgb(bytes)));
    const m = options.margin;
    const content = add("", Buffer.from(`q ${w} 0 0 ${h} ${m} ${m} cm /P Do Q`));
    return add(
      `<</Type /Page /Parent 2 0 R /MediaBox [0 0 ${w + 2 * m} ${h + 2 * m}] /Resources <</XObject <</P ${image} 0 R>>>> /Contents ${content} 0 R>>`,
    );
  });
  const all = ["<</Type /Catalog /Pages 2 0 R>>", `<</Type /Pages /Count ${pages.length} /Kids [${pages.map((p) => `${p} 0 R`).join(" ")}]>>`, ...objects];
  const parts = [Buffer.from("%PDF-1.4\n")];
  let length = parts[0].length;
  const offsets = all.map((o, i) => {
    const part = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), Buffer.from(o, "latin1"), Buffer.from("\nendobj\n")]);
    parts.push(part);
    length += part.length;
    return length - part.length;
  });
  const table = offsets.map((o) => `${String(o).padStart(10, "0")} 00000 n \n`).join("");
  parts.push(Buffer.from(`xref\n0 ${all.length + 1}\n0000000000 65535 f \n${table}trailer <</Size ${all.length + 1} /Root 1 0 R>>\nstartxref\n${length}\n%%EOF\n`));
  return Buffer.concat(parts);
}

/** The objects that a description names. */
function described(text) {
  return [...text.matchAll(/an? ([a-z]+) (circle|square|triangle|star|heart|cross|diamond|ring) at the ((?:top|bottom)(?: left| right)?|left|right|center)/g)].map(
    ([, color, shape, position]) => ({ shape, color, position }),
  );
}

/** A box of the picture as one of the page. */
function onPage(box, [w, h]) {
  const m = options.margin;
  const part = (v, side) => Math.round(((v * side) / 1000 + m) / (side + 2 * m) * 1000);
  return [part(box[0], w), part(box[1], h), part(box[2], w), part(box[3], h)];
}

const one = (values) => ({ enum: values });
const list = (properties) => ({
  type: "array",
  maxItems: 6,
  items: { type: "object", properties, required: Object.keys(properties), additionalProperties: false },
});
const shapes = list({
  shape: one(["circle", "square", "triangle", "star", "heart", "cross", "diamond", "ring"]),
  color: one(["red", "orange", "yellow", "green", "blue", "purple", "pink", "black", "white"]),
  position: one(["top left", "top", "top right", "left", "center", "right", "bottom left", "bottom", "bottom right"]),
});
const boxes = list({
  bbox_2d: { type: "array", items: { type: "integer", minimum: 0, maximum: 1000 }, minItems: 4, maxItems: 4 },
  label: { type: "string", maxLength: 40 },
});

const work = mkdtempSync(join(tmpdir(), "extract-"));
try {
  const measure = (name, schema, prompt, rows, truth, more) => {
    const pictures = rows.map((r) => ({ file: r.images[0], size: r.size }));
    writeFileSync(join(work, `${name}.pdf`), pdf(pictures));
    writeFileSync(join(work, `${name}.json`), JSON.stringify(schema));
    writeFileSync(join(work, `${name}.jsonl`), rows.map((r, i) => JSON.stringify({ file: `${name}.pdf`, page: i + 1, data: truth(r) })).join("\n"));
    const args = ["extract", `${name}.json`, `${name}.pdf`, "-p", prompt, "--no-boxes", "--dpi", "72", "-q", "-o", `${name}.out`, "--truth", `${name}.jsonl`, ...more];
    const run = spawnSync(options.ocelli, args, { cwd: work, encoding: "utf8" });
    if (run.status !== 0) throw new Error(run.stderr || String(run.error));
    console.log(`${name}: "${prompt}", ${rows.length} pages, margin ${options.margin}\n${run.stderr}`);
  };
  const kept = options.calibrate ? ["--calibrate", resolve(options.calibrate)] : [];
  const scenes = lines.filter((r) => r.kind === "describe_en" && r.images.length === 1);
  measure("objects", shapes, "List the objects as JSON.", scenes, (r) => described(r.truth), kept);
  // Of questions about boxes, those about all objects: their truth has as many as the picture's description.
  const objects = new Map(scenes.map((r) => [r.images[0], described(r.truth).length]));
  const grounded = lines.filter((r) => r.kind === "ground" && r.boxes.length === objects.get(r.images[0]));
  measure("boxes", boxes, "Locate every object and output the bounding boxes in JSON.", grounded, (r) => r.boxes.map((b) => ({ ...b, bbox_2d: onPage(b.bbox_2d, r.size) })), []);
} finally {
  rmSync(work, { recursive: true });
}
