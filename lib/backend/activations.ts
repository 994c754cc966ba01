/** @file The activations that a linear layer computes along with its product: how the gradient of each is found. */

import type { Unary } from "./functions.js";

/** f′ follows from y = f(x), which is all that is saved. */
interface FromResult {
  readonly saves: "y";
  /** dy · f′, with the roundings r of the operation's own gradient. */
  readonly backward: (dy: number, y: number, r: (x: number) => number) => number;
  /** The same in WebAssembly. */
  readonly simd: string;
}

/** f′ takes a function of x, computed together with y and saved. */
interface FromInput {
  readonly saves: "slope";
  readonly slope: Unary;
  /** y and f′ together, in WebAssembly. */
  readonly simd: string;
}

export const fusedActivations = {
  relu: { saves: "y", backward: (dy: number, y: number) => dy * (y > 0 ? 1 : 0), simd: "reluBackward" },
  tanh: { saves: "y", backward: (dy: number, y: number, r) => dy - r(r(dy * y) * y), simd: "tanhBackward" },
  sigmoid: { saves: "y", backward: (dy: number, y: number, r) => r(dy * y) * r(1 - y), simd: "sigmoidBackward" },
  gelu: { saves: "slope", slope: "geluSlope", simd: "geluWithSlope" },
  geluTanh: { saves: "slope", slope: "geluTanhSlope", simd: "geluTanhWithSlope" },
} as const satisfies { readonly [F in Unary]?: FromResult | FromInput };

export type FusedActivation = keyof typeof fusedActivations;
