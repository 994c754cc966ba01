/** @file Element by element: arithmetic with broadcasting, comparison, and functions of one number. */

import { declaredAs, op } from "../autograd/engine.js";
import { backend, type Comparison, type Unary } from "../backend/index.js";
import { checkNumber } from "../shape/numbers.js";
import { broadcast, describe } from "../shape/rules.js";
import type { Broadcast, Fits, NoInfer, Result, Shape } from "../shape/shape.js";
import { checkTensorOf, isTensor, Tensor } from "../tensor/tensor.js";
import { copy, stretch, toIntegers, widened } from "../tensor/views.js";
import { binary, broadcastOperands } from "./binary.js";
import { checkOperand, type Operand, requireFloat } from "./checks.js";

export type UnaryMethod = <S extends Shape>(this: Tensor<S>) => Tensor<S>;
type BinaryMethod<Op extends string> = <A extends Shape, B extends Shape = []>(
  this: Tensor<A>,
  other: Fits<Broadcast<Op, A, B>, Tensor<B> | number>,
) => Tensor<Result<Broadcast<Op, A, NoInfer<B>>>>;

// ── What the operations share ───────────────────────────────────────────────────────────────────────────────────────

function unary(name: Unary): (x: Tensor, parameter?: number) => Tensor {
  const integers = name === "neg" || name === "abs" || name === "sign";
  return (x, parameter) => {
    if (integers && x.dtype === "int32") {
      const wide = widened(x);
      return new Tensor(toIntegers(name, { ...wide, data: backend().unary(name, wide) }), x.shape);
    }
    requireFloat(name, x);
    return new Tensor(backend().unary(name, x, parameter), x.shape);
  };
}

/** aᵇ. @throws for negative powers of int32, which are no whole numbers except for ±1 */
function power(a: Tensor, b: Operand): Tensor {
  if (a.dtype === "int32" && (typeof b === "number" ? b < 0 : isTensor(b) && copy(b).some((x) => x < 0))) {
    throw new RangeError('pow: int32 has no negative powers; call .to("float32") first');
  }
  return binary("pow")(a, b);
}

function comparison<Name extends Comparison>(name: Name): BinaryMethod<Name> {
  return declaredAs(function (this: Tensor, other: unknown): Tensor {
    const [x, y, shape] = broadcastOperands(name, this, other);
    return new Tensor(backend().compare(name, x, y), shape as number[]);
  });
}

/** g · weight, and 0 where that is 0, even if g is ±∞ or NaN there. */
function passed(g: Tensor, weight: Tensor): Tensor {
  const product: Tensor = g.mul(weight);
  return Number.isFinite(product.detach().sum().item()) ? product : product.where(weight.ne(0), 0);
}

/** The mask as 1 and 0 in x's dtype, to multiply a gradient by. */
const maskAs = (mask: Tensor, x: Tensor): Tensor => mask.to(x.dtype);

// ── Arithmetic ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** y = a + b */
export const add: BinaryMethod<"add"> = op("add", binary("add"), [(g) => g, (g) => g]);

/** y = a − b */
export const sub: BinaryMethod<"sub"> = op("sub", binary("sub"), [(g) => g, (g) => g.neg()]);

/** y = a · b, element by element (the Hadamard product ⊙). For the matrix product see `matmul`. */
export const mul: BinaryMethod<"mul"> = op("mul", binary("mul"), [(g, _, _a, b) => g.mul(b), (g, _, a) => g.mul(a)]);

/** y = a / b */
export const div: BinaryMethod<"div"> = op("div", binary("div"), [
  (g, _, _a, b) => g.div(b),
  (g, y, _a, b) => g.mul(y).div(b).neg(),
]);

/** y = aᵇ.  ∂y/∂a = b aᵇ⁻¹,  ∂y/∂b = aᵇ ln a (0 where a = 0 and b ≥ 0, as in PyTorch). */
export const pow: BinaryMethod<"pow"> = op("pow", power, [
  (g, _, a, b) =>
    typeof b === "number"
      ? b === 0
        ? g.mul(0)
        : g.mul(a.pow(b - 1).mul(b))
      : g.mul(a.pow(b.sub(1)).mul(b)).where(b.ne(0), 0),
  (g, y, a, b) => g.mul(y).mul(a.where(a.ne(0).or((b as Tensor).lt(0)), 1).log()),
]);

/** y = max(a, b), element by element; each operand gets half the gradient where they are equal, as in PyTorch. */
export const maximum: BinaryMethod<"maximum"> = op("maximum", binary("maximum"), [
  (g, _, a, b) => passed(g, tieWeights(a.lt(b), a.eq(b), a)),
  (g, _, a, b) => passed(g, tieWeights(a.gt(b), a.eq(b), a)),
]);

/** y = min(a, b), element by element; each operand gets half the gradient where they are equal, as in PyTorch. */
export const minimum: BinaryMethod<"minimum"> = op("minimum", binary("minimum"), [
  (g, _, a, b) => passed(g, tieWeights(a.gt(b), a.eq(b), a)),
  (g, _, a, b) => passed(g, tieWeights(a.lt(b), a.eq(b), a)),
]);

/** 1 − loses − ½ ties: beside NaN no operand loses, and both get the gradient. */
const tieWeights = (loses: Tensor, ties: Tensor, x: Tensor): Tensor =>
  maskAs(loses.not(), x).sub(maskAs(ties, x).mul(0.5));

/** y = min(max(x, min), max): values outside the bounds become the nearer one and get no gradient. */
export const clip: <S extends Shape>(this: Tensor<S>, min: number, max: number) => Tensor<S> = op(
  "clip",
  (x: Tensor, min: number, max: number) => {
    if (typeof min !== "number" || typeof max !== "number" || !(min <= max)) {
      throw new RangeError(
        `clip: needs min ≤ max, got ${describe(min)} and ${describe(max)}; for one bound use maximum or minimum`,
      );
    }
    for (const bound of [min, max]) checkOperand("clip", x, bound);
    const raised = backend().binary("maximum", x, min);
    return new Tensor(backend().binary("minimum", new Tensor(raised, x.shape), max), x.shape);
  },
  [(g: Tensor, _, x, min, max) => passed(passed(g, maskAs(x.ge(min), x)), maskAs(x.le(max), x))],
);

// ── Functions of one number ─────────────────────────────────────────────────────────────────────────────────────────

/** y = −x */
export const neg: UnaryMethod = op("neg", unary("neg"), [(g) => g.neg()]);

/** y = |x|; its gradient at 0 is 0. */
export const abs: UnaryMethod = op("abs", unary("abs"), [(g, _, x) => g.mul(x.sign())]);

/** The sign of x: −1, 0 or 1. It is piecewise constant, so its gradient is 0. */
export const sign: UnaryMethod = op("sign", unary("sign"), [(g) => g.mul(0)]);

/** y = eˣ */
export const exp: UnaryMethod = op("exp", unary("exp"), [(g, y) => g.mul(y)]);

/** y = ln x */
export const log: UnaryMethod = op("log", unary("log"), [(g, _, x) => g.div(x)]);

/** y = √x */
export const sqrt: UnaryMethod = op("sqrt", unary("sqrt"), [(g, y) => g.div(y.mul(2))]);

/** y = sin x, x in radians */
export const sin: UnaryMethod = op("sin", unary("sin"), [(g, _, x) => g.mul(x.cos())]);

/** y = cos x, x in radians */
export const cos: UnaryMethod = op("cos", unary("cos"), [(g, _, x) => g.mul(x.sin()).neg()]);

/** y = 2/√π ∫₀ˣ e^(−t²) dt */
export const erf: UnaryMethod = op("erf", unary("erf"), [
  (g, _, x) => g.mul(x.mul(x).neg().exp()).mul(2 / Math.sqrt(Math.PI)),
]);

// ── Activations ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).  ∂y/∂x = 1 − y². */
export const tanh: UnaryMethod = op("tanh", unary("tanh"), [(g, y) => g.sub(g.mul(y).mul(y))]);

/** y = 1 / (1 + e⁻ˣ).  ∂y/∂x = y (1 − y). */
export const sigmoid: UnaryMethod = op("sigmoid", unary("sigmoid"), [(g, y) => g.mul(y).mul(y.neg().add(1))]);

/** y = max(0, x); its gradient at 0 is 0. */
export const relu: UnaryMethod = op("relu", unary("relu"), [(g, y) => passed(g, y.sign())]);

/** y = x if x > 0, else slope · x. @throws if the slope is not a finite number */
export const leakyRelu: <S extends Shape>(this: Tensor<S>, slope?: number) => Tensor<S> = op(
  "leakyRelu",
  (x: Tensor, slope: number | undefined) =>
    unary("leakyRelu")(x, checkNumber("leakyRelu", "the slope", slope === undefined ? 0.01 : slope)),
  [(g, _, x, slope = 0.01) => g.where(x.gt(0), g.mul(slope))],
);

/** y = x if x > 0, else α (eˣ − 1).  Clevert et al. 2016. @throws if α is not a finite number */
export const elu: <S extends Shape>(this: Tensor<S>, alpha?: number) => Tensor<S> = op(
  "elu",
  (x: Tensor, alpha: number | undefined) => unary("elu")(x, checkNumber("elu", "α", alpha === undefined ? 1 : alpha)),
  [(g, _, x, alpha = 1) => g.where(x.gt(0), g.mul(x.where(x.ge(0).not(), 0).exp()).mul(alpha))],
);

/** y = ln(1 + eˣ), a smooth relu.  ∂y/∂x = σ(x). */
export const softplus: UnaryMethod = op("softplus", unary("softplus"), [(g, _, x) => g.mul(x.sigmoid())]);

interface GeluOptions {
  /** `"tanh"`: ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), as in GPT-2. */
  approximate?: "none" | "tanh";
}

/** y = x Φ(x) = ½ x (1 + erf(x/√2)): x times the probability that a standard Gaussian is below it.  Hendrycks & Gimpel 2016. */
export const gelu: <S extends Shape>(this: Tensor<S>, options?: GeluOptions) => Tensor<S> = declaredAs(function (
  this: Tensor,
  { approximate = "none" }: GeluOptions = {},
) {
  if (approximate !== "none" && approximate !== "tanh") {
    throw new TypeError(`gelu: approximate is "none" or "tanh", got ${describe(approximate)}`);
  }
  return (approximate === "tanh" ? geluTanh : geluErf).call(this);
});
const geluErf: UnaryMethod = op("geluErf", unary("gelu"), [(g, _, x) => g.mul(geluSlope.call(x))]);

/** Φ(x) + x φ(x), the slope of gelu.  ∂y/∂x = φ(x) (2 − x²), with the normal density φ(x) = e^(−x²/2) / √(2π). */
const geluSlope: UnaryMethod = op("geluSlope", unary("geluSlope"), [
  (g, _, x) => {
    const near = x.clip(-100, 100); // beyond, φ is 0
    const square = near.mul(near);
    const density = square
      .mul(-0.5)
      .exp()
      .mul(1 / Math.sqrt(2 * Math.PI));
    return g.mul(density.mul(square.neg().add(2)));
  },
]);

const geluTanh: UnaryMethod = op("geluTanh", unary("geluTanh"), [(g, _, x) => g.mul(geluTanhSlope.call(x))]);

/**
 * σ(w) + x σ′(w) w′, the slope of x σ(w), with w = 2 √(2/π) (x + 0.044715 x³).
 * ∂y/∂x = 2 σ′ w′ + x (σ′ (1 − 2σ) w′² + σ′ w″), σ′ = σ (1 − σ).
 */
const geluTanhSlope: UnaryMethod = op("geluTanhSlope", unary("geluTanhSlope"), [
  (g, _, x) => {
    const c = 2 * Math.sqrt(2 / Math.PI);
    const near = x.clip(-100, 100); // beyond, σ′ is 0
    const square = near.mul(near);
    const s = square.mul(0.044715).mul(near).add(near).mul(c).sigmoid();
    const ds = s.mul(s.neg().add(1));
    const dw = square.mul(0.134145).add(1).mul(c);
    const ddw = near.mul(0.26829 * c);
    const bend = s.mul(-2).add(1).mul(dw).mul(dw).add(ddw);
    return g.mul(ds.mul(dw.mul(2).add(near.mul(bend))));
  },
]);

// ── Choosing ────────────────────────────────────────────────────────────────────────────────────────────────────────

type Where = <A extends Shape, C extends Shape, B extends Shape = []>(
  this: Tensor<A>,
  condition: Fits<Broadcast<"where", A, C>, Tensor<C>>,
  other: Fits<Broadcast<"where", Result<Broadcast<"where", A, C>>, B>, Tensor<B> | number>,
) => Tensor<Result<Broadcast<"where", Result<Broadcast<"where", A, C>>, B>>>;

/** y = condition ? x : other, element by element, as PyTorch's `x.where(condition, other)`. */
export const where: Where = op(
  "where",
  (x: Tensor, condition: Tensor, other: Operand) => {
    checkTensorOf("bool", "where: the condition is a", condition, "as x.gt(0) gives");
    checkOperand("where", x, other);
    let shape = broadcast("where", x.shape, condition.shape);
    if (typeof other !== "number") shape = broadcast("where", shape, other.shape);
    const otherwise = typeof other === "number" ? other : stretch(other, shape);
    const data = backend().where(stretch(condition, shape), stretch(x, shape), otherwise, x.dtype);
    return new Tensor(data, shape as number[]);
  },
  [(g, _, _x, condition) => g.where(condition, 0), null, (g, _, _x, condition) => g.where(condition.eq(0), 0)],
);

// ── Comparing ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** True where a = b, element by element. Gives bool, as the five that follow. */
export const eq = comparison("eq");

/** True where a ≠ b, element by element, so also where either is NaN. */
export const ne = comparison("ne");

/** True where a < b, element by element. */
export const lt = comparison("lt");

/** True where a ≤ b, element by element. */
export const le = comparison("le");

/** True where a > b, element by element. */
export const gt = comparison("gt");

/** True where a ≥ b, element by element. */
export const ge = comparison("ge");
