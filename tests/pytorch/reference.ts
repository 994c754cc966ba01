/** @file The values that `nn.py` wrote, and its way of filling tensors. */

import { type Shape, type Tensor, tensor } from "../../lib/index.js";
import { sizeOf } from "../../lib/shape/rules.js";
import values from "./nn.json" with { type: "json" };

export interface ModuleCase {
  inputs: Record<string, number[]>;
  outputs: Record<string, number[]>;
  gradients: Record<string, number[]>;
}
export const modules = values.modules as unknown as Record<string, ModuleCase>;
export const losses = values.losses as Record<string, { value: number; gradient: number[] | number[][] }>;
export const optimizers = values.optimizers as Record<string, number[][]>;
export const schedules = values.schedules as Record<string, number[]>;
export const clipping = values.clipping as Record<string, { norm?: number; gradients: number[][] }>;

/** The numbers in a tensor called `name`: sixteenths that follow from the name alone. */
export function pattern<const S extends Shape>(name: string, shape: S): Tensor<[...S]> {
  const salt = [...name].reduce((sum, character) => sum + character.charCodeAt(0), 0);
  const data = Float64Array.from({ length: sizeOf(shape) }, (_, i) => (((i * i * 31 + i * 17 + salt) % 37) - 18) / 16);
  return tensor(data).reshape(shape as Shape) as Tensor as Tensor<[...S]>;
}

/** The scalar that reference gradients are gradients of. */
export function weighted(y: Tensor): Tensor {
  const weights = Float64Array.from({ length: y.size }, (_, i) => (((7 * i) % 11) - 4) / 4);
  return y.flatten().mul(tensor(weights)).sum() as Tensor;
}

/** The values of a tensor, in row-major order. */
export const flat = (x: Tensor | null): number[] => (x ? Array.from(x.toTypedArray()) : []);
