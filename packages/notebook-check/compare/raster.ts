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
  if (count === 0) return null;
  const color = ({ data }: PNG) => `rgba(${[...data.subarray(4 * first, 4 * first + 4)].join(", ")})`;
  const place = `(${first % before.width}, ${Math.floor(first / before.width)})`;
  const total = before.width * before.height;
  return `${count} of ${total} pixels differ, the first at ${place}: ${color(before)} → ${color(after)}`;
}

function decode(base64: string): PNG | null {
  try {
    return PNG.sync.read(Buffer.from(base64, "base64"));
  } catch {
    return null;
  }
}
