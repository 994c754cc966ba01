/** @file Recurrent networks, batch first: RNN and GRU carry a hidden state from step to step of a sequence. */

import { stack } from "../ops/join.js";
import { describe, ShapeError, sameShape, show } from "../shape/rules.js";
import type { Fits, Result, Shape } from "../shape/shape.js";
import { zeros } from "../tensor/create.js";
import { isTensor, type Tensor } from "../tensor/tensor.js";
import { uniform } from "./init.js";
import { Linear } from "./layers.js";
import { Module } from "./module.js";
import { checkSequence, checkSize, type Sequence } from "./shapes.js";

/** The hidden states after every step, and after the last. */
export interface Recurrence<S extends Shape> {
  /** hₜ for every t: [B, T, H] */
  output: Tensor<S>;
  /** h_T: [B, H] */
  hidden: Tensor<WithoutTime<S>>;
}
type WithoutTime<S extends Shape> = S extends readonly [infer B extends number, number, infer H extends number]
  ? [B, H]
  : number[];

/** The base of RNN and GRU: affine maps of the input and of the hidden state, combined by a cell. */
abstract class Recurrent<Name extends string, In extends number, H extends number> extends Module {
  /** W and b, of xₜ; the gates are concatenated. */
  readonly fromInput: Linear<In, number>;
  /** U and c, of hₜ₋₁; the gates are concatenated. */
  readonly fromHidden: Linear<H, number>;

  constructor(
    readonly inFeatures: In,
    readonly hiddenFeatures: H,
    gates: number,
  ) {
    super();
    checkSize(this.constructor.name, "the number of inputs", inFeatures);
    checkSize(this.constructor.name, "the size of the state", hiddenFeatures);
    this.fromInput = new Linear(inFeatures, gates * hiddenFeatures);
    this.fromHidden = new Linear(hiddenFeatures, gates * hiddenFeatures);
    const bound = 1 / Math.sqrt(hiddenFeatures);
    for (const parameter of this.parameters()) uniform(parameter, -bound, bound);
  }

  /** hₜ, computed from W xₜ + b, U hₜ₋₁ + c and hₜ₋₁. */
  protected abstract cell(fromInput: Tensor, fromHidden: Tensor, h: Tensor): Tensor;

  /**
   * @param x [B, T, In], T ≥ 1
   * @param initial h₀, [B, H], zeros by default
   */
  forward<S extends Shape>(
    x: Fits<Sequence<Name, S, In, H>, Tensor<S>>,
    initial?: Tensor,
  ): Recurrence<Result<Sequence<Name, S, In, H>>>;
  // biome-ignore lint/suspicious/noExplicitAny: the shapes are those of the signature above
  forward(x: Tensor, initial?: Tensor): Recurrence<any> {
    const name = this.constructor.name;
    checkSequence(name, x, this.inFeatures);
    const [B, T] = x.shape;
    const expected = [B, this.hiddenFeatures];
    if (T === 0) throw new ShapeError(`${name}: takes at least one step, got ${show(x.shape)}`);
    if (initial && !(isTensor(initial) && sameShape(initial.shape, expected))) {
      const got = isTensor(initial) ? show(initial.shape) : describe(initial);
      throw new ShapeError(`${name}: the first state is ${show(expected)}, got ${got}`);
    }
    const inputs: Tensor = this.fromInput.forward(x);
    let h: Tensor = initial ?? zeros(expected, { dtype: x.dtype });
    const states: Tensor[] = [];
    for (let t = 0; t < T; t++) {
      h = this.cell(inputs.at(t, 1), this.fromHidden.forward(h), h);
      states.push(h);
    }
    return { output: stack(states, 1), hidden: h };
  }
}

/**
 * hₜ = tanh(W xₜ + b + U hₜ₋₁ + c).  Elman 1990; PyTorch's `RNN` with one layer, batch first.
 * @example new nn.RNN(3, 8).forward(zeros([2, 5, 3])).output.shape // [ 2, 5, 8 ]
 */
export class RNN<In extends number, H extends number> extends Recurrent<"RNN", In, H> {
  constructor(inFeatures: In, hiddenFeatures: H) {
    super(inFeatures, hiddenFeatures, 1);
  }

  protected override cell(fromInput: Tensor, fromHidden: Tensor): Tensor {
    return fromInput.add(fromHidden).tanh();
  }
}

/**
 * A gated recurrent unit. The reset gate r and the update gate z are σ of affine maps of xₜ and hₜ₋₁. Then
 * n = tanh(Wₙ xₜ + bₙ + r ⊙ (Uₙ hₜ₋₁ + cₙ)) and hₜ = (1 − z) ⊙ n + z ⊙ hₜ₋₁.  Cho et al. 2014; PyTorch's `GRU` with one layer, batch first, gates in the order r, z, n.
 * @example new nn.GRU(3, 8).forward(zeros([2, 5, 3])).output.shape // [ 2, 5, 8 ]
 */
export class GRU<In extends number, H extends number> extends Recurrent<"GRU", In, H> {
  constructor(inFeatures: In, hiddenFeatures: H) {
    super(inFeatures, hiddenFeatures, 3);
  }

  protected override cell(fromInput: Tensor, fromHidden: Tensor, h: Tensor): Tensor {
    const H: number = this.hiddenFeatures;
    const gates = fromInput
      .slice(0, 2 * H, 1)
      .add(fromHidden.slice(0, 2 * H, 1))
      .sigmoid();
    const [r, z] = [gates.slice(0, H, 1), gates.slice(H, 2 * H, 1)];
    const n = fromInput
      .slice(2 * H, 3 * H, 1)
      .add(r.mul(fromHidden.slice(2 * H, 3 * H, 1)))
      .tanh();
    return n.add(z.mul(h.sub(n)));
  }
}
