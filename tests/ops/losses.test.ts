/** @file Losses, and their gradients, equal PyTorch's where a careless formula overflows: at logits of ±1000. */

import { describe, expect, it } from "vitest";
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  mseLoss,
  type Tensor,
  tensor,
} from "../../lib/index.js";
import { losses } from "../pytorch/reference.js";

const rows = [
  [1000, -1000, 0],
  [1000, 1001, 999],
  [-1000, -1000, -1000],
];
const shares = [
  [0.5, 0.25, 0.25],
  [1, 0, 0],
  [0, 0.5, 0.5],
];
const far = [1000, -1000, 1000, -1000, 0];
const answers = [1, 0, 0, 1, 0.5];

describe.each(["float64", "float32"] as const)("%s", (dtype) => {
  const made = (values: number[] | number[][]) => tensor(values, { dtype, requiresGrad: true }) as unknown as Tensor;
  const target = (values: number[] | number[][]) => tensor(values, { dtype }) as unknown as Tensor;
  const classes = tensor([1, 0, 2], { dtype: "int32" }) as unknown as Tensor;

  it.each<[string, Tensor, (x: Tensor) => Tensor<[]>]>([
    ["crossEntropy", made(rows), (x) => crossEntropy(x, classes)],
    ["crossEntropy of probabilities", made(rows), (x) => crossEntropy(x, target(shares))],
    ["binaryCrossEntropyWithLogits", made(far), (x) => binaryCrossEntropyWithLogits(x, target(answers))],
    ["binaryCrossEntropy", made([1, 0, 1, 0, 0.5]), (x) => binaryCrossEntropy(x, target(answers))],
    ["mseLoss", made(far), (x) => mseLoss(x, target(answers))],
  ])("%s", (name, x, loss) => {
    const { value, gradient } = losses[name];
    const digits = dtype === "float64" ? 1e-8 : 1e-6; // PyTorch rounds a bound in binaryCrossEntropy to float32
    const y = loss(x);
    y.backward();
    expect(Math.abs(y.item() - value)).toBeLessThanOrEqual(digits * Math.abs(value));
    for (const [i, g] of gradient.flat().entries()) {
      const got = (x.grad as Tensor).toTypedArray()[i];
      expect(Math.abs(got - g), `gradient ${i}: ${got}, not ${g}`).toBeLessThanOrEqual(
        digits * Math.max(1, Math.abs(g)),
      );
    }
  });
});
