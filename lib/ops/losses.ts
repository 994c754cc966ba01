/** @file Losses: how wrong a prediction is, as one number to make small. */

import { declaredAs, op } from "../autograd/engine.js";
import { fused } from "../autograd/fused.js";
import { kernels } from "../backend/index.js";
import { count, ShapeError, sameShape, show } from "../shape/rules.js";
import type { Classes, Equal, Fits, Shape } from "../shape/shape.js";
import { isTensor, Tensor } from "../tensor/tensor.js";
import { describeNonTensor, requireFloat, requireSameDtype } from "./checks.js";

type Loss<Op extends string> = <A extends Shape, B extends Shape>(
  prediction: Tensor<A>,
  target: Fits<Equal<Op, A, B>, Tensor<B>>,
) => Tensor<[]>;

function checkPair(name: string, prediction: unknown, target: unknown): asserts prediction is Tensor {
  for (const x of [prediction, target]) {
    if (!isTensor(x)) throw new TypeError(`${name}: takes two tensors, got ${describeNonTensor(x)}`);
    requireFloat(name, x);
  }
  const [p, y] = [prediction as Tensor, target as Tensor];
  if (!sameShape(p.shape, y.shape)) {
    throw new ShapeError(`${name}: prediction ${show(p.shape)} and target ${show(y.shape)} differ in shape`);
  }
  requireSameDtype(name, p, y);
}

/** Mean squared error, Σ(ŷ − y)² / n over all n elements. */
export const mseLoss: Loss<"mseLoss"> = declaredAs((prediction: Tensor, target: Tensor) => {
  checkPair("mseLoss", prediction, target);
  const error = prediction.sub(target);
  return error.mul(error).mean();
});

export interface CrossEntropyOptions {
  /** A class that stands for "no answer asked", as at padding: its rows count nothing, also in the mean. */
  ignoreIndex?: number;
}

/** −ln softmax(logits)[target] of each row, 0 where the target is to be ignored. */
const classLosses = fused(
  "crossEntropy",
  (logits: Tensor, target: Tensor, ignored: number | undefined) => {
    const counted = target.ne(ignored ?? -1);
    const picked = logits.logSoftmax().gather(-1, target.where(counted, 0).unsqueeze(-1));
    return picked.squeeze(-1).neg().where(counted, 0);
  },
  (logits, target, ignored) => {
    // A negative class counts nothing.
    const classes = ignored === undefined ? target : target.where(target.ne(ignored), -1);
    const { losses, gradient } = kernels().softmaxCrossEntropy(logits, classes);
    return {
      y: new Tensor(losses, target.shape),
      backward: (g) => [new Tensor(gradient, logits.shape).mul(g.unsqueeze(1)), null],
    };
  },
);

/**
 * Cross-entropy of classes under softmax(logits), the mean over rows of −ln softmax(logits)[target]; or, given a whole
 * distribution p for each row, of −Σ p ln softmax(logits). Classes are the last axis.
 * Computed from logits, so it is finite where the softmax itself underflows.
 *
 * @param logits [..., C], any numbers
 * @param target [...] int32, classes 0 … C − 1; or [..., C] float, probabilities
 */
export const crossEntropy: <S extends Shape, T extends Shape>(
  logits: Tensor<S>,
  target: Fits<Classes<"crossEntropy", S, T>, Tensor<T>>,
  options?: CrossEntropyOptions,
) => Tensor<[]> = declaredAs((logits: Tensor, target: Tensor, { ignoreIndex }: CrossEntropyOptions = {}) => {
  if (!isTensor(logits) || !isTensor(target)) {
    throw new TypeError(
      `crossEntropy: takes two tensors, got ${describeNonTensor(isTensor(logits) ? target : logits)}`,
    );
  }
  requireFloat("crossEntropy", logits);
  if (logits.ndim === 0) throw new ShapeError("crossEntropy: logits need a last axis, of classes; got []");
  const rows = logits.shape.slice(0, -1);
  if (sameShape(rows, target.shape)) {
    if (target.dtype !== "int32") {
      throw new TypeError(`crossEntropy: classes are an int32 tensor, these are ${target.dtype}; call .to("int32")`);
    }
    const classes = logits.shape[logits.ndim - 1];
    const outside = target.toTypedArray().find((one) => one !== ignoreIndex && (one < 0 || one >= classes));
    if (outside !== undefined) {
      throw new RangeError(
        `crossEntropy: class ${outside} is not among the ${classes} of logits ${show(logits.shape)}`,
      );
    }
    const losses = classLosses(logits.reshape([count(rows), classes]), target.flatten(), ignoreIndex);
    const counted = ignoreIndex === undefined ? target.size : target.ne(ignoreIndex).sum().item();
    return losses.sum().div(counted);
  }
  if (sameShape(logits.shape, target.shape)) {
    requireSameDtype("crossEntropy", logits, target);
    if (ignoreIndex !== undefined) {
      throw new TypeError(
        "crossEntropy: ignoreIndex leaves out classes, and these targets are probabilities; take out their rows instead",
      );
    }
    return logits.logSoftmax().mul(target).sum(-1).mean().neg();
  }
  throw new ShapeError(
    `crossEntropy: logits ${show(logits.shape)} need targets ${show(rows)} (classes) or ${show(logits.shape)} (probabilities), got ${show(target.shape)}`,
  );
});

/**
 * Binary cross-entropy −[y ln p + (1 − y) ln(1 − p)], the mean over all elements, of probabilities p in [0, 1].
 * As in PyTorch logarithms stop at −100 and the gradient's denominator p (1 − p) at 10⁻¹²; for logits use
 * `binaryCrossEntropyWithLogits`, which needs neither.
 */
export const binaryCrossEntropy: Loss<"binaryCrossEntropy"> = declaredAs((prediction: Tensor, target: Tensor) => {
  checkPair("binaryCrossEntropy", prediction, target);
  return binaryTerms.call(prediction, target).mean();
});
const binaryTerms: (this: Tensor, target: Tensor) => Tensor = op(
  "binaryCrossEntropy",
  (p: Tensor, y: Tensor) => {
    const [x, t] = [p.detach(), y.detach()];
    const outside = x.toTypedArray().find((value) => !(value >= 0 && value <= 1));
    if (outside !== undefined) {
      throw new RangeError(
        `binaryCrossEntropy: probabilities are from 0 to 1, got ${outside}; for logits use binaryCrossEntropyWithLogits`,
      );
    }
    const hit = t.mul(x.log().maximum(-100));
    const miss = t.neg().add(1).mul(x.neg().add(1).log().maximum(-100));
    return hit.add(miss).neg();
  },
  [
    (g, _, p, y) => g.mul(p.sub(y)).div(p.neg().add(1).mul(p).maximum(1e-12)),
    (g, _, p) => g.mul(p.neg().add(1).log().maximum(-100).sub(p.log().maximum(-100))),
  ],
);

/** Binary cross-entropy of p = σ(x), the mean of ln(1 + eˣ) − x y over all elements: finite for every logit x. */
export const binaryCrossEntropyWithLogits: Loss<"binaryCrossEntropyWithLogits"> = declaredAs(
  (logits: Tensor, target: Tensor) => {
    checkPair("binaryCrossEntropyWithLogits", logits, target);
    return logisticTerms(logits, target).mean();
  },
);
const logisticTerms = fused(
  "binaryCrossEntropyWithLogits",
  (x: Tensor, y: Tensor) => x.softplus().sub(x.mul(y)),
  (x, y) => {
    const { losses, gradient } = kernels().sigmoidCrossEntropy(x, y);
    return {
      y: new Tensor(losses, x.shape),
      backward: (g, [wantsX, wantsY]) => [
        wantsX ? new Tensor(gradient, x.shape).mul(g) : null,
        wantsY ? x.mul(g).neg() : null,
      ],
    };
  },
);
