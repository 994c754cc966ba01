/** @file Shape rules of layers: what each takes and gives, as types, and at run time in the same sentences. */

import { ShapeError, show } from "../rules.js";
import type { Shape, Show } from "../shape.js";

type Differ<A extends number, B extends number> = number extends A | B ? false : [A, B] extends [B, A] ? false : true;

/** A layer over the last axis, which must have size `In` and becomes `Out`. */
export type Over<
  Layer extends string,
  S extends Shape,
  In extends number,
  Out extends number = In,
> = number extends S["length"]
  ? number[]
  : S extends readonly [...infer Rest extends Shape, infer D extends number]
    ? Differ<D, In> extends true
      ? `${Layer}: takes [..., ${In}], got ${Show<S>}`
      : [...Rest, Out]
    : `${Layer}: takes [..., ${In}], got []`;

export function checkOver(layer: string, shape: Shape, size: number): void {
  if (shape.length === 0 || shape[shape.length - 1] !== size) {
    throw new ShapeError(`${layer}: takes [..., ${size}], got ${show(shape)}`);
  }
}

/** A layer over sequences `[B, T, In]`, which gives `[B, T, Out]`. */
export type OverSequence<
  Layer extends string,
  S extends Shape,
  In extends number,
  Out extends number = In,
> = number extends S["length"]
  ? [number, number, Out]
  : S extends readonly [infer B extends number, infer T extends number, infer D extends number]
    ? Differ<D, In> extends true
      ? `${Layer}: takes [B, T, ${In}], got ${Show<S>}`
      : [B, T, Out]
    : `${Layer}: takes [B, T, ${In}], got ${Show<S>}`;

export function checkOverSequence(layer: string, shape: Shape, size: number): void {
  if (shape.length !== 3 || shape[2] !== size) {
    throw new ShapeError(`${layer}: takes [B, T, ${size}], got ${show(shape)}`);
  }
}

/** A size of a layer: a whole number above 0. */
export function checkSize(layer: string, name: string, size: unknown): asserts size is number {
  if (!Number.isInteger(size) || (size as number) < 1) {
    throw new ShapeError(`${layer}: ${name} is a whole number from 1 up, got ${String(size)}`);
  }
}
