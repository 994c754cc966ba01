/** @file What the backward pass refuses: a gradient that does not fit, and values that changed after they were used. */

import { describe, sameShape, show } from "../shape/rules.js";
import { type GradFn, isTensor, type Tensor } from "../tensor/tensor.js";
import { modifiedSince, versionClock } from "../tensor/versions.js";

/** @throws unless `root` requires a gradient and is a scalar, or has a `gradient` of its own shape and dtype */
export function checkGradient(root: Tensor, gradient: unknown): asserts gradient is Tensor | undefined {
  if (!root.requiresGrad) {
    throw new Error("backward: no gradient flows here; create what you differentiate by with { requiresGrad: true }");
  }
  if (gradient === undefined) {
    if (root.size === 1) return;
    throw new RangeError(`backward: needs a scalar loss, got ${show(root.shape)}; call .sum() or .mean()`);
  }
  if (!isTensor(gradient) || !sameShape(gradient.shape, root.shape)) {
    throw new RangeError(
      `backward: the gradient given must have the shape ${show(root.shape)} of what it is a gradient of, got ` +
        (isTensor(gradient) ? show(gradient.shape) : describe(gradient)),
    );
  }
  if (gradient.dtype !== root.dtype) {
    throw new TypeError(
      `backward: the gradient given is ${gradient.dtype}, what it is a gradient of ${root.dtype}; call .to("${root.dtype}")`,
    );
  }
}

/** @throws if `y`, or an input it was made from, was written to since the operation ran */
export function checkUnmodified(y: Tensor, { name, inputs, version }: GradFn): void {
  if (versionClock() === version) return;
  for (const tensor of [y, ...inputs]) {
    if (isTensor(tensor) && modifiedSince(tensor, version)) {
      throw new Error(
        `backward: a tensor of shape ${show(tensor.shape)} was changed in place after ${name} used it; ` +
          "compute the loss anew after the change, or change a copy: x.detach().clone()",
      );
    }
  }
}
