/** @file Losses: how wrong predictions are, as a number to minimize. */

import { declaredAs, op } from "../autograd/engine.js";
import { fused } from "../autograd/fused.js";
import { backend } from "../backend/index.js";
import { checkWhole } from "../shape/numbers.js";
import { describe, ShapeError, sameShape, show, sizeOf } from "../shape/rules.js";
import type { Classes, Equal, Fits, Rows, Shape } from "../shape/shape.js";
import { oneHot } from "../tensor/create.js";
import { isTensor, Tensor } from "../tensor/tensor.js";
import { describeNonTensor, requireFloat, requireSameDtype } from "./checks.js";

/** How losses of elements or rows are combined: their mean, their sum, or not at all. */
export type Reduction = "mean" | "sum" | "none";
export interface LossOptions<R extends Reduction = Reduction> {
  /** `"mean"` by default. */
  reduction?: R;
}

type Loss<Op extends string, Weights extends keyof LogisticOptions = never> = <
  A extends Shape,
  B extends Shape,
  R extends Reduction = "mean",
>(
  prediction: Tensor<A>,
  target: Fits<Equal<Op, A, B>, Tensor<B>>,
  options?: Pick<LogisticOptions<R>, "reduction" | Weights>,
) => Tensor<R extends "none" ? A : []>;

/** Options of `binaryCrossEntropy`. */
export interface BinaryOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** What each loss is multiplied by; broadcasts to the prediction. The mean still divides by the number of elements. */
  // biome-ignore lint/suspicious/noExplicitAny: any shape that broadcasts
  weight?: Tensor<any>;
}

/** Options of `binaryCrossEntropyWithLogits`. */
export interface LogisticOptions<R extends Reduction = Reduction> extends BinaryOptions<R> {
  /** What y ln p is multiplied by, to count positives more where they are rare; broadcasts to the prediction. */
  // biome-ignore lint/suspicious/noExplicitAny: any shape that broadcasts
  posWeight?: Tensor<any>;
}

/** Losses combined by `reduction`; the mean divides by `total`, the number that count. */
function reduced(name: string, losses: Tensor, reduction: Reduction = "mean", total?: Tensor | number): Tensor {
  if (reduction === "none") return losses;
  if (reduction === "sum") return losses.sum();
  if (reduction === "mean") {
    if (total === undefined) return losses.mean();
    const sum: Tensor = losses.sum();
    return Math.abs(sum.item()) === Infinity ? losses.div(total).sum() : sum.div(total); // their mean may fit all the same
  }
  throw new TypeError(`${name}: reduction is "mean", "sum" or "none", got ${describe(reduction)}`);
}

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

/** A weight, in the shape of the prediction. */
function broadcastWeight(name: string, option: string, weight: unknown, prediction: Tensor): Tensor {
  if (!isTensor(weight)) throw new TypeError(`${name}: ${option} is a tensor, got ${describeNonTensor(weight)}`);
  requireSameDtype(name, prediction, weight);
  try {
    return weight.broadcastTo(prediction.shape);
  } catch {
    throw new ShapeError(
      `${name}: ${option} broadcasts to the prediction, and ${show(weight.shape)} does not to ${show(prediction.shape)}`,
    );
  }
}

/** Each loss times its weight, if there are weights; 0 where that is 0. */
const weighted = (name: string, losses: Tensor, weight: unknown): Tensor =>
  weight === undefined ? losses : shareOf.call(losses, broadcastWeight(name, "weight", weight, losses));

/**
 * Mean squared error, Σ(ŷ − y)² / n over all n elements.
 * @example mseLoss(tensor([1, 2]), tensor([1, 4])) // Tensor<[]> 2
 */
export const mseLoss: Loss<"mseLoss"> = declaredAs(
  (prediction: Tensor, target: Tensor, { reduction }: LossOptions = {}) => {
    checkPair("mseLoss", prediction, target);
    const error = prediction.sub(target);
    const loss = reduced("mseLoss", error.mul(error), reduction);
    if (reduction === "sum" || reduction === "none" || loss.item() !== Infinity) return loss;
    return error.mul(error.div(error.size)).sum(); // a square that overflows may fit once it is divided
  },
);

export interface CrossEntropyOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** A class that marks rows to leave out, such as padding, also from the mean. */
  ignoreIndex?: number;
  /** ε from 0 to 1: the target becomes (1 − ε) · target + ε / C.  Szegedy et al. 2016. */
  labelSmoothing?: number;
  /** Class weights [C]. With classes as targets, the mean divides by the sum of their weights. */
  // biome-ignore lint/suspicious/noExplicitAny: whose length is that of the last axis of the logits
  weight?: Tensor<any>;
}

/** The logits, 0 in rows that are left out: what follows from NaN or ∞ there would be NaN. */
const withoutIgnored = (logits: Tensor, counted: Tensor, ignored: number | undefined): Tensor =>
  ignored === undefined ? logits : logits.where(counted.unsqueeze(-1), 0);

/** −ln softmax(logits)[target] of each row, 0 where the target is ignored. */
const classLosses = fused(
  "crossEntropy",
  (logits: Tensor, target: Tensor, ignored: number | undefined) => {
    const counted = target.ne(ignored ?? -1);
    const picked = withoutIgnored(logits, counted, ignored)
      .logSoftmax()
      .gather(-1, target.where(counted, 0).unsqueeze(-1));
    return picked.squeeze(-1).neg().where(counted, 0);
  },
  (logits, target, ignored) => {
    // The backend ignores negative classes.
    const classes = ignored === undefined ? target : target.where(target.ne(ignored), -1);
    const { losses, gradient } = backend().softmaxCrossEntropy(logits, classes);
    return {
      y: new Tensor(losses, target.shape),
      backward: (g) => [new Tensor(gradient, logits.shape).mul(g.unsqueeze(1)), null],
    };
  },
);

/**
 * Cross-entropy of classes under softmax(logits), the mean over rows of −ln softmax(logits)[target]; or, given a whole
 * distribution p for each row, of −Σ p ln softmax(logits). Classes are the last axis.
 * Computed from logits, so it is finite where the softmax itself underflows; a class of probability 0 adds nothing, even
 * where its logit is −∞.
 *
 * @param logits [..., C], any numbers
 * @param target [...] int32, classes 0 … C − 1; or [..., C] float, probabilities
 * @example crossEntropy(tensor([[0, 0]]), tensor([1], { dtype: "int32" })) // Tensor<[]> 0.6931
 */
export const crossEntropy: <S extends Shape, T extends Shape, R extends Reduction = "mean">(
  logits: Tensor<S>,
  target: Fits<Classes<"crossEntropy", S, T>, Tensor<T>>,
  options?: CrossEntropyOptions<R>,
) => Tensor<R extends "none" ? Rows<S> : []> = declaredAs(
  (logits: Tensor, target: Tensor, options: CrossEntropyOptions = {}) => {
    if (!isTensor(logits) || !isTensor(target)) {
      throw new TypeError(
        `crossEntropy: takes two tensors, got ${describeNonTensor(isTensor(logits) ? target : logits)}`,
      );
    }
    requireFloat("crossEntropy", logits);
    if (logits.ndim === 0) throw new ShapeError("crossEntropy: logits need a last axis, of classes; got []");
    const rows = logits.shape.slice(0, -1);
    const classes = logits.shape[logits.ndim - 1];
    checkOptions(logits, classes, options);
    if (sameShape(rows, target.shape)) {
      checkClasses(logits, target, options.ignoreIndex);
      const weightedBy = (weight?: Tensor): { loss: Tensor; total: Tensor | number } => {
        const flat = logits.reshape([sizeOf(rows), classes]);
        const [losses, total] = overClasses(flat, target.flatten(), { ...options, weight });
        return { loss: reduced("crossEntropy", losses.reshape(rows), options.reduction, total), total };
      };
      const { weight, reduction = "mean" } = options;
      const { loss, total } = weightedBy(weight);
      const divisor = isTensor(total) ? total.item() : total;
      if (!weight?.size || reduction !== "mean" || Number.isFinite(loss.item() + divisor)) return loss;
      // Only the ratios of weights count: divided by the largest, their products and their sum fit.
      const largest = weight.detach().abs().max().item();
      return largest > 0 && largest < Infinity ? weightedBy(weight.div(largest)).loss : loss;
    }
    if (sameShape(logits.shape, target.shape)) {
      requireSameDtype("crossEntropy", logits, target);
      if (options.ignoreIndex !== undefined) {
        throw new TypeError(
          "crossEntropy: ignoreIndex leaves out classes, and these targets are probabilities; take out their rows instead",
        );
      }
      return reduced("crossEntropy", overDistributions(logits, target, options), options.reduction);
    }
    throw new ShapeError(
      `crossEntropy: logits ${show(logits.shape)} need targets ${show(rows)} (classes) or ${show(logits.shape)} (probabilities), got ${show(target.shape)}`,
    );
  },
);

function checkOptions(logits: Tensor, classes: number, options: CrossEntropyOptions): void {
  const { ignoreIndex, labelSmoothing = 0, weight } = options;
  if (ignoreIndex !== undefined) {
    checkWhole("crossEntropy", "ignoreIndex", ignoreIndex, -Infinity);
    if (ignoreIndex !== (ignoreIndex | 0))
      throw new RangeError(`crossEntropy: ignoreIndex is an int32, as classes are, got ${ignoreIndex}`);
  }
  if (!(typeof labelSmoothing === "number" && labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new RangeError(`crossEntropy: labelSmoothing is from 0 to 1, got ${describe(labelSmoothing)}`);
  }
  if (weight === undefined) return;
  if (!isTensor(weight)) throw new TypeError(`crossEntropy: weight is a tensor, got ${describeNonTensor(weight)}`);
  requireSameDtype("crossEntropy", logits, weight);
  if (!sameShape(weight.shape, [classes])) {
    throw new ShapeError(`crossEntropy: weight has one number for each class, [${classes}], got ${show(weight.shape)}`);
  }
}

function checkClasses(logits: Tensor, target: Tensor, ignoreIndex: number | undefined): void {
  if (target.dtype !== "int32") {
    throw new TypeError(`crossEntropy: classes are an int32 tensor, these are ${target.dtype}; call .to("int32")`);
  }
  const classes = logits.shape[logits.ndim - 1];
  const outside = target.toTypedArray().find((one) => one !== ignoreIndex && (one < 0 || one >= classes));
  if (outside !== undefined) {
    throw new RangeError(`crossEntropy: class ${outside} is not among the ${classes} of logits ${show(logits.shape)}`);
  }
}

/** The loss of each row of logits [rows, C] given its class, and the divisor of their mean. */
function overClasses(logits: Tensor, target: Tensor, options: CrossEntropyOptions): [Tensor, Tensor | number] {
  const { ignoreIndex, labelSmoothing = 0, weight } = options;
  const counted = target.ne(ignoreIndex ?? -1);
  if (weight === undefined && labelSmoothing === 0) {
    return [classLosses(logits, target, ignoreIndex), counted.sum().item()];
  }
  const certain = oneHot(target.where(counted, 0), logits.shape[1], { dtype: logits.dtype });
  const losses = overDistributions(withoutIgnored(logits, counted, ignoreIndex), certain, options).where(counted, 0);
  const counts = counted.to(logits.dtype);
  return [losses, (weight === undefined ? counts : certain.matmul(weight).mul(counts)).sum()];
}

/** −Σ wₖ pₖ ln softmax(logits)ₖ of each row. */
function overDistributions(logits: Tensor, target: Tensor, { labelSmoothing = 0, weight }: CrossEntropyOptions) {
  const classes = logits.shape[logits.ndim - 1];
  const smooth = labelSmoothing === 0 ? target : target.mul(1 - labelSmoothing).add(labelSmoothing / classes);
  const terms = shareOf.call(logits.logSoftmax(), weight === undefined ? smooth : smooth.mul(weight));
  return terms.neg().sum(-1);
}

/** y = x · p, 0 where p = 0 even if x is ±∞, as p ln p is. */
const shareOf: (this: Tensor, p: Tensor) => Tensor = op(
  "crossEntropy",
  (x: Tensor, p: Tensor) => x.detach().where(p.ne(0), 0).mul(p.detach()),
  [(g, _, _x, p) => g.mul(p), (g, _, x) => g.mul(x)],
);

/**
 * Binary cross-entropy −[y ln p + (1 − y) ln(1 − p)], the mean over all elements, of probabilities p in [0, 1].
 * As in PyTorch logarithms stop at −100 and the gradient's denominator p (1 − p) at 10⁻¹²; for logits use
 * `binaryCrossEntropyWithLogits`, which needs neither.
 * @example binaryCrossEntropy(tensor([0.5, 0.5]), tensor([0, 1])) // Tensor<[]> 0.6931
 */
export const binaryCrossEntropy: Loss<"binaryCrossEntropy", "weight"> = declaredAs(
  (prediction: Tensor, target: Tensor, { reduction, weight }: BinaryOptions = {}) => {
    checkPair("binaryCrossEntropy", prediction, target);
    const losses = weighted("binaryCrossEntropy", binaryTerms.call(prediction, target), weight);
    return reduced("binaryCrossEntropy", losses, reduction);
  },
);
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
    const [ifTrue, ifFalse] = [surprise(x), surprise(x.neg().add(1))];
    return t.mul(ifTrue).add(t.neg().add(1).mul(ifFalse));
  },
  [
    (g, _, p, y) => g.mul(p.sub(y)).div(p.neg().add(1).mul(p).maximum(1e-12)),
    (g, _, p) => g.mul(surprise(p).sub(surprise(p.neg().add(1)))),
  ],
);
/** −ln p, at most 100. There p is replaced by 1, so that the gradient is 0 and not 0 · ∞. */
const surprise = (p: Tensor): Tensor => {
  const going = p.log().gt(-100);
  return p.where(going, 1).log().neg().where(going, 100);
};

/**
 * Binary cross-entropy of p = σ(x), the mean of ln(1 + eˣ) − x y over all elements. It is computed as ln(1 + e^−|x|) +
 * x ([x > 0] − y), which keeps its digits where the answer is nearly certain and right; the second term is 0 where x
 * points to the answer, even if x is ±∞.
 * @example binaryCrossEntropyWithLogits(tensor([0, 0]), tensor([0, 1])) // Tensor<[]> 0.6931
 */
export const binaryCrossEntropyWithLogits: Loss<"binaryCrossEntropyWithLogits", "weight" | "posWeight"> = declaredAs(
  (logits: Tensor, target: Tensor, { reduction, weight, posWeight }: LogisticOptions = {}) => {
    checkPair("binaryCrossEntropyWithLogits", logits, target);
    const terms = posWeight === undefined ? logisticTerms(logits, target) : unevenTerms(logits, target, posWeight);
    return reduced("binaryCrossEntropyWithLogits", weighted("binaryCrossEntropyWithLogits", terms, weight), reduction);
  },
);
/** w y ln(1 + e⁻ˣ) + (1 − y) ln(1 + eˣ) */
function unevenTerms(x: Tensor, y: Tensor, posWeight: unknown): Tensor {
  const w = broadcastWeight("binaryCrossEntropyWithLogits", "posWeight", posWeight, x);
  return shareOf.call(x.neg().softplus(), y.mul(w)).add(shareOf.call(x.softplus(), y.neg().add(1)));
}
const logisticTerms = fused(
  "binaryCrossEntropyWithLogits",
  (x: Tensor, y: Tensor) => differentiableLogistic.call(x, y),
  (x, y) => {
    const { losses, gradient } = backend().sigmoidCrossEntropy(x, y);
    return {
      y: new Tensor(losses, x.shape),
      backward: (g, [wantsX, wantsY]) => [
        wantsX ? new Tensor(gradient, x.shape).mul(g) : null,
        wantsY ? x.mul(g).neg() : null,
      ],
    };
  },
);
const differentiableLogistic: (this: Tensor, target: Tensor) => Tensor = op(
  "binaryCrossEntropyWithLogits",
  (x: Tensor, y: Tensor) => new Tensor(backend().sigmoidCrossEntropy(x, y).losses, x.shape),
  [(g, _, x, y) => g.mul(x.sigmoid().sub(y)), (g, _, x) => g.mul(x).neg()],
);
