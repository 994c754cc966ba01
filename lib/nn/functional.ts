/** @file What layers compute, as functions of tensors: `linear`, `layerNorm`, `dropout`. Layers add the parameters. */

import { typed } from "../autograd.js";
import { allocate } from "../kernels/index.js";
import { defaultGenerator, type Generator } from "../random.js";
import type { Fits, Result, Shape } from "../shape.js";
import { Tensor } from "../tensor.js";
import { checkOver, type Over } from "./shapes.js";

/**
 * y = x Wᵀ + b, over the last axis.
 * @param x [..., In]
 * @param weight [Out, In]
 * @param bias [Out]
 * @returns [..., Out]
 */
export const linear: <S extends Shape, In extends number, Out extends number>(
  x: Fits<Over<"linear", S, In, Out>, Tensor<S>>,
  weight: Tensor<[Out, In]>,
  bias?: Tensor<[Out]> | null,
) => Tensor<Result<Over<"linear", S, In, Out>>> = typed((x: Tensor, weight: Tensor, bias?: Tensor | null) => {
  const [out, size] = weight.shape;
  checkOver("linear", x.shape, size);
  // One product of matrices, however many axes x has: the gradient of W then sums over rows inside the product.
  const rows = x.ndim === 2 ? x : x.reshape([x.size / size, size]);
  const product = rows.matmul(weight.T);
  const y = bias ? product.add(bias) : product;
  return x.ndim === 2 ? y : y.reshape([...x.shape.slice(0, -1), out]);
});

/**
 * y = (x − x̄) / √(s² + ε) · γ + β, with mean x̄ and variance s² (correction 0) over the last axis.  Ba et al. 2016.
 * @param x [..., C]
 * @param weight γ, [C]
 * @param bias β, [C]
 */
export const layerNorm: <S extends Shape, C extends number>(
  x: Fits<Over<"layerNorm", S, C>, Tensor<S>>,
  weight: Tensor<[C]>,
  bias: Tensor<[C]>,
  eps?: number,
) => Tensor<S> = typed((x: Tensor, weight: Tensor, bias: Tensor, eps = 1e-5) => {
  checkOver("layerNorm", x.shape, weight.shape[0]);
  const centred = x.sub(x.mean(-1, { keepdims: true }));
  const variance = centred.mul(centred).mean(-1, { keepdims: true });
  return centred.div(variance.add(eps).sqrt()).mul(weight).add(bias);
});

/**
 * Each element 0 with probability p, else divided by 1 − p, so that its expectation stays.  Srivastava et al. 2014.
 * @param generator where the choices come from: by default the stream that `manualSeed` starts
 */
export const dropout: <S extends Shape>(x: Tensor<S>, p: number, generator?: Generator) => Tensor<S> = typed(
  (x: Tensor, p: number, generator: Generator = defaultGenerator) => {
    const kept = allocate(x.dtype, x.size);
    for (let i = 0; i < kept.length; i++) kept[i] = generator.uniform() < p ? 0 : 1 / (1 - p);
    return x.mul(new Tensor(kept, x.shape));
  },
);
