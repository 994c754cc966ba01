/** @file Raster images, compared by their pixels: an encoder may write the same picture in other bytes. */

import { PNG } from "pngjs";

/** What differs between two PNG images in base64, in a sentence, or null if no pixel does. */
export function comparePng(stored: string, fresh: string): string | null {
  if (stored.trim() === fresh.trim()) return null;
  const [before, after] = [decode(stored), decode(fresh)];
  if (!before || !after) return "the image's bytes differ, and one of them is not a PNG";
  const size = ({ width, height }: PNG) => `${width} × ${height}`;
  if (size(before) !== size(after)) return `the image was ${size(before)} pixels, now it is ${size(after)}`;
  let count = 0;
  let first = -1;
  for (let pixel = 0; pixel < before.width * before.height; pixel++) {
    if (before.data.readUInt32BE(4 * pixel) === after.data.readUInt32BE(4 * pixel)) continue;
    if (count++ === 0) first = pixel;
  }
  if (count === 0)
    return described(stored) === described(fresh) ? null : "the image's colors or frames are described otherwise";
  const color = ({ data }: PNG) => `rgba(${[...data.subarray(4 * first, 4 * first + 4)].join(", ")})`;
  const place = `(${first % before.width}, ${Math.floor(first / before.width)})`;
  const total = before.width * before.height;
  return `${count} of ${total} pixels differ, the first at ${place}: ${color(before)} → ${color(after)}`;
}

/** What beside its first pixels a browser heeds in a PNG that can be read: color spaces, turning, and more frames. */
function described(base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  const chunks: string[] = [];
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const chunk = bytes.toString("latin1", at + 4, at + 8 + bytes.readUInt32BE(at));
    if (/^(gAMA|cHRM|iCCP|sRGB|cICP|eXIf|acTL|fcTL|fdAT)/.test(chunk)) chunks.push(chunk);
  }
  return chunks.join();
}

function decode(base64: string): PNG | null {
  // Node passes over what is no base64, where a browser shows no image.
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64.replace(/\s+/g, ""))) return null;
  try {
    return PNG.sync.read(Buffer.from(base64, "base64"));
  } catch {
    return null;
  }
}
