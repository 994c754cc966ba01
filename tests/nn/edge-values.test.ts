/**
 * @file Layers at ±0, ±∞, NaN, subnormal, tiny and huge inputs: value, gradient and second gradient are PyTorch's, or the
 * limit where an intermediate of PyTorch's overflows.
 */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type DType, grad, nn, type Tensor, tensor } from "../../lib/index.js";
import { flat, pattern, weighted } from "../pytorch/reference.js";

type Written = (number | string)[];
type Result = [value: Written, gradient: Written, second: Written];
/** See tests/pytorch/nn_edges.py. */
interface Case {
  layer: string;
  shape: number[];
  dtype: "float32" | "float64";
  /** Whether every element of the input is the edge, or the first alone. */
  everywhere: boolean;
  /** For every point. */
  results: Result[];
  /** For the two huge points, as float64 has them where nothing overflows. */
  limits: Result[];
}
const text = readFileSync(new URL("../pytorch/nn-edges.json", import.meta.url), "utf8");
const { points, cases } = JSON.parse(text) as { points: Record<Case["dtype"], Written>; cases: Case[] };

const modules: Record<string, () => nn.Layer> = {
  relu: () => new nn.ReLU(),
  leakyRelu: () => new nn.LeakyReLU(),
  elu: () => new nn.ELU(),
  gelu: () => new nn.GELU(),
  geluTanh: () => new nn.GELU({ approximate: "tanh" }),
  sigmoid: () => new nn.Sigmoid(),
  tanh: () => new nn.Tanh(),
  softplus: () => new nn.Softplus(),
};
const layer = (make: () => nn.Layer) => () => {
  const module = make();
  return [module, (x: Tensor) => module.forward(x)] as const;
};
type Run = readonly [module: nn.Module, run: (x: Tensor) => Tensor];

const ours: Record<string, (dtype: DType) => Run> = {
  Linear: layer(() => new nn.Linear(3, 2)),
  ...Object.fromEntries(
    Object.entries(modules).flatMap(([name, make]) => [
      [`Linear and ${name}`, layer(() => new nn.Sequential(new nn.Linear(3, 2), make()))],
    ]),
  ),
  Softmax: layer(() => new nn.Softmax()),
  LayerNorm: layer(() => new nn.LayerNorm(3)),
  ...Object.fromEntries(
    [nn.RNN, nn.GRU].map((kind) => [
      kind.name,
      () => {
        const net = new kind(2, 2);
        return [net, (x: Tensor) => net.forward(x as never).output as Tensor];
      },
    ]),
  ),
  MultiHeadAttention: () => attention(false),
  "MultiHeadAttention, causal": () => attention(true),
  ...Object.fromEntries(
    [false, true].flatMap((normFirst) => {
      const place = `norm ${normFirst ? "before" : "after"}`;
      const options = { dFF: 4, dropout: 0, activation: "gelu", normFirst } as const;
      return [
        [`TransformerEncoderLayer, ${place}`, layer(() => new nn.TransformerEncoderLayer(4, 2, options))],
        [
          `TransformerDecoderLayer, ${place}`,
          (dtype: DType) => {
            const module = new nn.TransformerDecoderLayer(4, 2, options);
            const memory = pattern("memory", [1, 3, 4]).to(dtype);
            return [module, (x: Tensor) => module.forward(x as never, memory as never) as Tensor];
          },
        ],
      ];
    }),
  ),
};

function attention(causal: boolean): Run {
  const module = new nn.MultiHeadAttention(4, 2);
  return [module, (x) => module.forward(x as never, x as never, x as never, { causal }).output as Tensor];
}

function evaluate({ layer, shape, dtype, everywhere }: Case, edge: number): number[][] {
  const [module, run] = ours[layer](dtype);
  for (const [name, parameter] of module.namedParameters())
    assign(module, name, pattern(name, parameter.shape).to(dtype));
  const values = pattern("x", shape).to(dtype).toTypedArray();
  values.fill(edge, 0, everywhere ? values.length : 1);
  const x = tensor(values as Float64Array, { dtype }).reshape(shape) as Tensor;
  const first = (x: Tensor) => weighted(run(x).to("float64") as Tensor);
  const second = (x: Tensor) => weighted((grad(first)(x) as unknown as Tensor).to("float64") as Tensor);
  return [run(x), grad(first)(x), grad(second)(x)].map((y) => flat(y as unknown as Tensor));
}

/** Puts a parameter in its place by its path, so that it keeps the dtype that it has. */
function assign(module: nn.Module, path: string, value: Tensor): void {
  const names = path.split(".");
  const last = names.pop() as string;
  const holder = names.reduce((part, name) => (part as Record<string, unknown>)[name], module as unknown);
  (holder as Record<string, unknown>)[last] = Object.assign(value, { requiresGrad: true });
}

/** Equal to rounding, or both NaN. What is tiny beside the huge edge counts as 0, which it is in the limit. */
function agrees(dtype: Case["dtype"], ours: number, wanted: number): boolean {
  if (Number.isNaN(wanted)) return Number.isNaN(ours);
  const [relative, absolute] = dtype === "float32" ? [1e-4, 1e-7] : [1e-9, 1e-12];
  return ours === wanted || Math.abs(ours - wanted) <= relative * Math.abs(wanted) + absolute;
}

/** In float64 limits are known at ±1e100: what grows with the edge is as much larger as the edge. */
const atEdge = (limit: number, dtype: Case["dtype"]) =>
  dtype === "float64" && Math.abs(limit) > 1e50 ? limit * 1e100 : limit;

/** Layers in which nothing but a norm meets the huge input: no overflow is left. */
const exact = /^LayerNorm$|norm before$/;
/** What a sublayer adds to a huge residual is lost in rounding, so the next norm has no variance to go by. */
const lostBesideResidual = /norm before$/;
/** A comparison with NaN is false, so PyTorch lets gradients of 0 or 1 through; here what follows from NaN is NaN. */
const passesNaN = /^Linear and (relu|elu)$/;

/** At ±∞ a gelu is a relu: slope 1 or 0, where PyTorch computes ∞ · 0. */
const isReluAtInfinity = /^Linear and gelu/;
const reluAt = ({ dtype, everywhere }: Case, point: number): Result =>
  (cases.find((one) => one.layer === "Linear and relu" && one.dtype === dtype && one.everywhere === everywhere) as Case)
    .results[point];

const isHuge = (edge: number) => Math.abs(edge) > 1e10 && Math.abs(edge) < Infinity;

it("has a layer for every reference", () => {
  expect(Object.keys(ours)).toEqual([...new Set(cases.map(({ layer }) => layer))]);
});

it.each(
  cases.map(
    (one) => [`${one.layer}, ${one.everywhere ? "every element" : "one element"} in ${one.dtype}`, one] as const,
  ),
)("%s", (_, one) => {
  const { layer, dtype, results, limits } = one;
  for (const [i, spelled] of points[dtype].entries()) {
    const edge = Number(spelled);
    const found = evaluate(one, edge);
    for (const [k, what] of ["value", "gradient", "second gradient"].entries()) {
      const reference = results[i][k].map(Number);
      const limit = isHuge(edge) ? limits[edge > 0 ? 0 : 1][k].map((y) => atEdge(Number(y), dtype)) : null;
      for (const [j, y] of found[k].entries()) {
        const says = `${what} ${j} at ${spelled}: ${y}, PyTorch ${reference[j]}, limit ${limit?.[j]}`;
        if (limit && agrees(dtype, y, limit[j])) continue;
        if (
          isReluAtInfinity.test(layer) &&
          Math.abs(edge) === Infinity &&
          agrees(dtype, y, Number(reluAt(one, i)[k][j]))
        ) {
          continue;
        }
        if (limit && one.everywhere && lostBesideResidual.test(layer)) {
          expect(y, says).toSatisfy(Number.isFinite);
          continue;
        }
        if (limit && exact.test(layer)) expect.fail(says);
        if (passesNaN.test(layer) && k > 0 && Number.isNaN(results[i][0].map(Number).reduce((a, b) => a + b))) {
          expect(Number.isNaN(y) || agrees(dtype, y, reference[j]), says).toBe(true);
        } else expect(agrees(dtype, y, reference[j]), says).toBe(true);
      }
    }
  }
});
