/** @file Layers as functions of tensors, without parameters of their own: `linear`, `layerNorm`, `dropout`. */

import { declaredAs } from "../autograd/engine.js";
import { fused } from "../autograd/fused.js";
import { allocate, backend, type Data, type FusedActivation } from "../backend/index.js";
import { checkOperand, requireFloat } from "../ops/checks.js";
import { checkNumber } from "../shape/numbers.js";
import * as rules from "../shape/rules.js";
import type { Fits, Result, Shape } from "../shape/shape.js";
import { tensor } from "../tensor/create.js";
import { type Generator, generatorOf } from "../tensor/random.js";
import { gradMode, isTensor, Tensor } from "../tensor/tensor.js";
import { type Activation, activationOf, activations } from "./activations.js";
import { checkInput, checkProbability, checkTensor, type LastAxis } from "./shapes.js";

/**
 * y = f(x Wᵀ + b), over the last axis.
 * @param x [..., In]
 * @param weight W, [Out, In]
 * @param bias b, [Out]; none if null
 * @param activation f, by name or as a function; none if null
 * @returns [..., Out]
 * @example nn.linear(tensor([1, 2]), tensor([[1, 0], [0, 1], [1, 1]])) // Tensor<[3]> [1, 2, 3]
 */
export const linear: <S extends Shape, In extends number, Out extends number>(
  x: Fits<LastAxis<"linear", S, In, Out>, Tensor<S>>,
  weight: Tensor<[Out, In]>,
  bias?: Tensor<[Out]> | null,
  activation?: Activation | null,
) => Tensor<Result<LastAxis<"linear", S, In, Out>>> = declaredAs(
  (x: Tensor, weight: Tensor, bias: Tensor | null = null, activation: Activation | null = null) => {
    checkParameter("linear", "weight", weight, ["Out", "In"]);
    const [out, size] = weight.shape;
    if (bias) checkParameter("linear", "bias", bias, [out]);
    checkInput("linear", x, size);
    checkDtypes("linear", x, weight, bias);
    const f = activation === null ? null : activationOf("linear", activation);
    if (rules.sizeOf(x.shape, x.ndim - 1) * out > rules.mostElements) {
      rules.checkCount("linear", [...x.shape.slice(0, -1), out]);
    }
    // One matrix product, however many axes x has: the gradient of W then sums over all rows within the product.
    const rows = x.ndim === 2 ? x : x.reshape([rules.sizeOf(x.shape.slice(0, -1)), size]);
    const z = affine(rows, weight, bias, f?.fused ?? null);
    const y = x.ndim === 2 ? z : z.reshape([...x.shape.slice(0, -1), out]);
    return f && !f.fused ? f.apply(y) : y;
  },
);

/** f(x Wᵀ + b) of a matrix x [rows, In], with an activation that the backend has fused, or none. */
const affine = fused(
  "linear",
  (x: Tensor, weight: Tensor, bias: Tensor | null, activation: FusedActivation | null) => {
    const product = x.matmul(weight.T);
    const z = bias ? product.add(bias) : product;
    return activation ? activations[activation].apply(z) : z;
  },
  (x, weight, bias, activation) => {
    const { y, saved } = backend().linear(x, weight, bias, activation, gradMode.enabled);
    const output = new Tensor(y, [x.shape[0], weight.shape[0]]);
    const kept = saved === y ? output : new Tensor(saved, output.shape);
    return {
      y: output,
      backward(g, [wantsX, wantsWeight, wantsBias]) {
        const wants = { x: wantsX, weight: wantsWeight, bias: wantsBias };
        // Where relu passes no gradient, it is 0, even if it comes as ±∞.
        const stopped = activation === "relu" && !Number.isFinite(g.sum().item());
        const dy: Tensor = stopped ? g.where(output.detach().gt(0), 0) : g;
        const { dx, dweight, dbias } = backend().linearBackward(x, weight, activation, kept, dy, wants);
        return [like(x, dx), like(weight, dweight), bias && like(bias, dbias)];
      },
    };
  },
);

/**
 * y = (x − x̄) / √(s² + ε) · γ + β, with mean x̄ and variance s² (correction 0) over the last axis.  Ba et al. 2016.
 * Finite wherever x is and ε > 0, also where s² overflows or underflows.
 * @param x [..., C]
 * @param weight γ, [C]
 * @param bias β, [C]
 * @param eps ε, 10⁻⁵ by default
 * @example nn.layerNorm(tensor([1, 3]), ones([2]), zeros([2])).shape // [ 2 ]
 */
export const layerNorm: <S extends Shape, C extends number>(
  x: Fits<LastAxis<"layerNorm", S, C>, Tensor<S>>,
  weight: Tensor<[C]>,
  bias: Tensor<[C]>,
  eps?: number,
) => Tensor<S> = declaredAs((x: Tensor, weight: Tensor, bias: Tensor, eps = 1e-5) => {
  checkParameter("layerNorm", "weight", weight, ["C"]);
  checkParameter("layerNorm", "bias", bias, [weight.shape[0]]);
  checkInput("layerNorm", x, weight.shape[0]);
  checkDtypes("layerNorm", x, weight, bias);
  checkNumber("layerNorm", "eps", eps, { from: 0 });
  const { y, mean, rstd } = backend().layerNorm(x, weight, bias, eps);
  const scale = scaleOfExtremes(x, rstd, eps);
  if (scale) {
    const small: Tensor = (tensor(eps, { dtype: x.dtype }) as Tensor).div(scale).div(scale);
    return composedLayerNorm(x.div(scale), weight, bias, small);
  }
  return fused("layerNorm", composedLayerNorm<number>, (x, weight, bias) => ({
    y: new Tensor(y, x.shape),
    backward(g) {
      const { dx, dweight, dbias } = backend().layerNormBackward(x, weight, mean, rstd, g);
      return [like(x, dx), like(weight, dweight), like(bias, dbias)];
    },
  }))(x, weight, bias, eps);
});

function composedLayerNorm<Eps extends number | Tensor>(x: Tensor, weight: Tensor, bias: Tensor, eps: Eps): Tensor {
  const centered = x.sub(x.mean(-1, { keepdims: true }));
  const variance = centered.mul(centered).mean(-1, { keepdims: true });
  return centered.div(variance.add(eps).sqrt()).mul(weight).add(bias);
}

/**
 * For rows whose variance is too large or too small for the dtype: a number to divide each row by, so that it fits; 1 for
 * every other row. Normalizing x / c with ε / c² gives the same y. Null where every row fits.
 * @param spread 1 / √(s² + ε) of every row, as far as the dtype could tell
 */
function scaleOfExtremes(x: Tensor, spread: Data, eps: number): Tensor | null {
  const largest = x.dtype === "float32" ? 1e16 : 1e150;
  const fits = (row: number) => spread[row] > 0 && spread[row] < largest;
  if (spread.every((_, row) => fits(row))) return null;
  const values = x.toTypedArray();
  const size = values.length / spread.length;
  const scale = allocate(x.dtype, spread.length).fill(1);
  for (let row = 0; row < scale.length; row++) {
    if (fits(row)) continue;
    let most = Math.sqrt(eps);
    for (let i = row * size; i < (row + 1) * size; i++) most = Math.max(most, Math.abs(values[i]));
    if (most > 0 && most < Infinity) scale[row] = most;
  }
  return new Tensor(scale, [...x.shape.slice(0, -1), 1]);
}

/** A gradient with respect to x, as a tensor of the shape of x. */
const like = (x: Tensor, gradient: Data | null): Tensor | null => gradient && new Tensor(gradient, x.shape);

/** Checks a parameter's shape, which the backend trusts. `sizes` are numbers where fixed, and names where free. */
function checkParameter(name: string, what: string, parameter: Tensor, sizes: readonly (number | string)[]): void {
  if (!isTensor(parameter)) throw new TypeError(`${name}: ${what} is a tensor, got ${rules.describe(parameter)}`);
  const { shape } = parameter;
  if (shape.length !== sizes.length || sizes.some((size, i) => typeof size === "number" && size !== shape[i])) {
    throw new rules.ShapeError(`${name}: ${what} has shape [${sizes.join(", ")}], got ${rules.show(shape)}`);
  }
}

/** Checks that all operands are floats of one dtype, as the backend needs. */
function checkDtypes(name: string, x: Tensor, ...parameters: (Tensor | null)[]): void {
  requireFloat(name, x);
  for (const parameter of parameters) if (parameter) checkOperand(name, x, parameter);
}

/**
 * Sets each element to 0 with probability p and divides the others by 1 − p, which keeps the expectation.
 * Srivastava et al. 2014.
 * @param p from 0 up to, not including, 1
 * @param generator source of the choices: by default the stream that `manualSeed` starts
 * @example nn.dropout(tensor([1, 2, 3]), 0) // Tensor<[3]> [1, 2, 3]
 */
export const dropout: <S extends Shape>(x: Tensor<S>, p: number, generator?: Generator) => Tensor<S> = declaredAs(
  (x: Tensor, p: number, given?: Generator) => {
    checkTensor("dropout", x);
    requireFloat("dropout", x);
    const generator = generatorOf("dropout", given);
    checkProbability("dropout", p);
    const kept = allocate(x.dtype, x.size);
    for (let i = 0; i < kept.length; i++) kept[i] = generator.uniform() < p ? 0 : 1 / (1 - p);
    return x.mul(new Tensor(kept, x.shape));
  },
);
