/** @file Picking elements by index, and its transpose: adding to them. */

import { sizeOf } from "../../shape/rules.js";
import type { Data, View } from "../backend.js";
import { allocate, dtypeOf } from "../storage.js";
import { Walk } from "../views.js";

/** `strides` with 0 on `axis`, where the index decides. */
const without = (strides: readonly number[], axis: number) => strides.map((stride, k) => (k === axis ? 0 : stride));

export function gather(x: View, axis: number, index: View): Data {
  const out = allocate(dtypeOf(x.data), sizeOf(index.shape));
  const stride = x.strides[axis];
  const walk = new Walk(index.shape, [index, { offset: x.offset, strides: without(x.strides, axis) }]);
  const [di, dx] = walk.step;
  let o = 0;
  do {
    let [i, at] = walk.at;
    if (di === 0 && dx === 1 && walk.length > 16) {
      // One index for a whole row, as when a vocabulary is looked up.
      at += index.data[i] * stride;
      out.set(x.data.subarray(at, at + walk.length), o);
      o += walk.length;
    } else {
      for (const end = o + walk.length; o < end; o++, i += di, at += dx) out[o] = x.data[at + index.data[i] * stride];
    }
  } while (walk.next());
  return out;
}

export function scatterAdd(target: View, axis: number, index: View, source: View): void {
  const { data, offset, strides } = target;
  const stride = strides[axis];
  const walk = new Walk(index.shape, [index, source, { offset, strides: without(strides, axis) }]);
  const [di, ds, dt] = walk.step;
  do {
    let [i, s, t] = walk.at;
    for (let n = walk.length; n > 0; n--, i += di, s += ds, t += dt) {
      data[t + index.data[i] * stride] += source.data[s];
    }
  } while (walk.next());
}
