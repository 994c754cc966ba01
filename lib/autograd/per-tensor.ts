/** @file The type of gradients and their rules: one for each tensor among the arguments of an operation. */

import type { Tensor } from "../tensor/tensor.js";

/**
 * One entry for each argument up to the last tensor: an `Entry` or `null` for a tensor, `null` for anything else. A
 * gradient that is forgotten does not compile.
 */
export type PerTensor<A extends readonly unknown[], Entry> = number extends A["length"]
  ? never
  : Entries<UpToLastTensor<Required<A>>, Entry>;
type UpToLastTensor<A extends readonly unknown[]> = A extends readonly [...infer Init, infer Last]
  ? Tensor extends Last
    ? A
    : UpToLastTensor<Init>
  : [];
type Entries<A extends readonly unknown[], Entry> = {
  readonly [I in keyof A]: Tensor extends A[I] ? Entry | null : null;
};
