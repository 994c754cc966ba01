/** @file Losses, and their gradients, equal PyTorch's where a careless formula overflows: at logits of ±1000. */

import { describe, expect, it } from "vitest";
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  mseLoss,
  type Tensor,
  tensor,
  zeros,
} from "../../lib/index.js";
import { messageOf } from "../helpers/messages.js";
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
const weights = [2, 0.5, 1, 0.25, 3];
const favor = [3, 0.5, 1.5, 2, 4];

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
    [
      "binaryCrossEntropyWithLogits, weighted",
      made([1000, -1000, 1000, -1000, 0.3]),
      (x) => binaryCrossEntropyWithLogits(x, target(answers), { weight: target(weights), posWeight: target(favor) }),
    ],
    [
      "binaryCrossEntropyWithLogits, positives weighted",
      made([3, -1.5, 0.2, -30, 40]),
      (x) => binaryCrossEntropyWithLogits(x, target(answers), { posWeight: target(favor).at(4) }),
    ],
    [
      "binaryCrossEntropy, weighted",
      made([0.9, 0.2, 0.5, 0.125, 0.7]),
      (x) => binaryCrossEntropy(x, target(answers), { weight: target(weights) }),
    ],
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

it("weights of binary losses broadcast to the prediction or are refused, and 0 of an infinite loss is 0", () => {
  const [x, y] = [tensor([[Infinity, 0.5]]), tensor([[0, 1]])];
  const loss = (options: object) => () => binaryCrossEntropyWithLogits(x, y, options);
  expect(loss({ weight: tensor([0, 1]), reduction: "sum" })().item()).toBeCloseTo(Math.log(1 + Math.exp(-0.5)), 6);
  expect(messageOf(loss({ weight: tensor([1, 2, 3]) }))).toBe(
    "binaryCrossEntropyWithLogits: weight broadcasts to the prediction, and [3] does not to [1, 2]",
  );
  expect(messageOf(loss({ posWeight: 3 }))).toBe("binaryCrossEntropyWithLogits: posWeight is a tensor, got 3");
});

it("a class of probability 0 adds nothing to cross-entropy, even where its logit is −∞", () => {
  const [logits, target] = [tensor([[-Infinity, 0]], { requiresGrad: true }), tensor([[0, 1]])];
  const loss = crossEntropy(logits, target);
  loss.backward();
  expect([loss.item(), logits.grad?.toArray()]).toEqual([0, [[0, 0]]]);
});

it("crossEntropy names an ignoreIndex that no class can be", () => {
  const target = zeros([1], { dtype: "int32" });
  expect(() => crossEntropy(zeros([1, 2]), target, { ignoreIndex: 2 ** 31 })).toThrow(
    new RangeError("crossEntropy: ignoreIndex is an int32, as classes are, got 2147483648"),
  );
});
