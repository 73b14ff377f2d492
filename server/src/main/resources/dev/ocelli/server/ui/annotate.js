// Draws the regions of a reply into a copy of the picture, in its own pixels, for download.
import { colour, inPixels } from "./boxes.js";

/**
 * The picture with its regions as PNG.
 * @param {string} url of the picture
 * @param {(import("./boxes.js").Region & {index: number})[]} shown regions of this picture
 * @param {import("./boxes.js").Region[]} all regions of the reply
 * @returns {Promise<Blob>}
 */
export async function annotated(url, shown, all) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  g.drawImage(image, 0, 0);
  const unit = Math.max(1, Math.round(Math.min(canvas.width, canvas.height) / 250));
  g.font = `600 ${unit * 6 + 6}px system-ui, sans-serif`;
  g.textBaseline = "top";
  for (const r of shown) {
    const at = inPixels(r, canvas.width, canvas.height);
    g.strokeStyle = g.fillStyle = colour(all, r.index);
    g.lineWidth = unit;
    if (r.kind === "box") {
      g.strokeRect(at[0], at[1], at[2] - at[0], at[3] - at[1]);
    } else {
      g.beginPath();
      g.arc(at[0], at[1], unit * 3, 0, 2 * Math.PI);
      g.fill();
    }
    const text = `${r.index + 1} ${r.label}`;
    const height = unit * 6 + 10;
    const y = Math.max(0, at[1] - height);
    g.fillRect(at[0], y, g.measureText(text).width + 8, height);
    g.fillStyle = "#fff";
    g.fillText(text, at[0] + 4, y + 2);
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob((b) => (b ? resolve(b) : reject(new Error("no picture"))), "image/png"),
  );
}

/** Gives people a file. @param {Blob} blob @param {string} name */
export function download(blob, name) {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(blob);
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 60_000);
}
