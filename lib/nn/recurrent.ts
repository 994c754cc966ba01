/** @file Recurrent networks: one state, carried from step to step of a sequence. RNN and GRU, batch first. */

import { stack } from "../ops/movement.js";
import { describe, ShapeError, sameShape, show } from "../shape/rules.js";
import type { Fits, Result, Shape } from "../shape/shape.js";
import { zeros } from "../tensor/create.js";
import { isTensor, type Tensor } from "../tensor/tensor.js";
import { uniform } from "./init.js";
import { Linear } from "./layers.js";
import { Module } from "./module.js";
import { checkSequence, checkSize, type Sequence } from "./shapes.js";

/** The state after every step, and after the last. */
export interface Recurrence<S extends Shape> {
  /** hₜ for every t: [B, T, H] */
  output: Tensor<S>;
  /** h_T: [B, H] */
  hidden: Tensor<WithoutTime<S>>;
}
type WithoutTime<S extends Shape> = S extends readonly [infer B extends number, number, infer H extends number]
  ? [B, H]
  : number[];

/** What recurrent networks share: two affine maps, of the input and of the state, and a cell that joins them. */
abstract class Recurrent<Name extends string, In extends number, H extends number> extends Module {
  /** From xₜ, all gates side by side. */
  readonly fromInput: Linear<In, number>;
  /** From hₜ₋₁, all gates side by side. */
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

  /** hₜ from W xₜ + b, U hₜ₋₁ + c and hₜ₋₁. */
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

/** hₜ = tanh(W xₜ + b + U hₜ₋₁ + c).  Elman 1990; PyTorch's `RNN` with one layer, batch first. */
export class RNN<In extends number, H extends number> extends Recurrent<"RNN", In, H> {
  constructor(inFeatures: In, hiddenFeatures: H) {
    super(inFeatures, hiddenFeatures, 1);
  }

  protected override cell(fromInput: Tensor, fromHidden: Tensor): Tensor {
    return fromInput.add(fromHidden).tanh();
  }
}

/**
 * A state that gates keep: reset r and update z are σ of affine maps of xₜ and hₜ₋₁, n = tanh(Wₙ xₜ + bₙ + r ⊙ (Uₙ hₜ₋₁ + cₙ)),
 * and hₜ = (1 − z) ⊙ n + z ⊙ hₜ₋₁.  Cho et al. 2014; PyTorch's `GRU` with one layer, batch first, gates in the order r, z, n.
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
