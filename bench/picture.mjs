// Pictures for benchmarks.
import {crc32, deflateSync} from 'node:zlib';

/** A PNG with slopes of colour. */
export function picture(width, height) {
  const line = 1 + 3 * width;
  const raw = Buffer.alloc(line * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * line + 1 + 3 * x;
      raw[at] = x * 255 / width;
      raw[at + 1] = y * 255 / height;
      raw[at + 2] = (x ^ y) & 255;
    }
  }
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw, {level: 1})),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
