/** @file Fused operations: several in one call of the backend, with a backward pass of their own. */

import { gradMode, isTensor, type Tensor } from "../tensor/tensor.js";
import { backwardPass, record, reverseTopological } from "./engine.js";
import type { PerTensor } from "./per-tensor.js";
import { alias } from "./transforms.js";

/** What a fused operation computed, and how its gradients come from it. */
export interface Fused<A extends readonly unknown[]> {
  y: Tensor;
  /** The gradients of the tensor arguments; one that `needs` does not ask for may be `null`. */
  backward: (g: Tensor, needs: readonly boolean[]) => PerTensor<A, Tensor>;
}

/**
 * Declares an operation that the backend computes in one call. `composed` says what it computes, in other operations;
 * `run` computes the same, or hands over what has been computed of these inputs. Under `createGraph` the gradient of `composed` is used, so second derivatives are exact.
 */
export function fused<A extends readonly unknown[]>(
  name: string,
  composed: (...inputs: A) => Tensor,
  run: (...inputs: A) => Fused<A>,
): (...inputs: A) => Tensor {
  return (...inputs) => {
    const { y, backward } = run(...inputs);
    const once = backward as unknown as (g: Tensor, needs: readonly boolean[]) => readonly (Tensor | null)[];
    return record(name, y, inputs, (g, _y, _inputs, needs) =>
      gradMode.enabled ? vjpOfComposed(composed, inputs, g) : once(g, needs),
    );
  };
}

/** The gradients of `composed` for ȳ = g, as part of the graph. */
function vjpOfComposed<A extends readonly unknown[]>(
  composed: (...inputs: A) => Tensor,
  inputs: A,
  g: Tensor,
): (Tensor | null)[] {
  const leaves = inputs.map((input) => (isTensor(input) && input.requiresGrad ? alias.call(input) : input));
  const tensors = new Set(leaves.filter(isTensor));
  const found = new Map<unknown, Tensor>();
  const order = reverseTopological(composed(...(leaves as unknown as A)), tensors);
  backwardPass(order, g, (tensor, gradient) => void found.set(tensor, gradient), tensors);
  return leaves.map((leaf) => found.get(leaf) ?? null);
}
