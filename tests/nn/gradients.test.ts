/** @file What layers compute in one pass has the right gradients, and gradients of gradients, by central differences. */

import { expect, it } from "vitest";
import { Generator, gradcheck, gradgradcheck, manualSeed, nn, randn, type Tensor, tensor } from "../../lib/index.js";

const generator = new Generator(11);
const draw = (...shape: number[]): Tensor => randn(shape, { dtype: "float64", requiresGrad: true, generator });
const mask = tensor([
  [true, false, true, true],
  [false, false, false, false],
  [true, true, true, false],
]);

const cases: Record<string, [f: (...inputs: Tensor[]) => Tensor, ...inputs: Tensor[]]> = {
  linear: [(x, w, b) => nn.linear(x, w as never, b as never), draw(2, 3, 4), draw(5, 4), draw(5)],
  "linear without bias": [(x, w) => nn.linear(x, w as never), draw(3, 4), draw(5, 4)],
  ...Object.fromEntries(
    (["tanh", "sigmoid", "gelu", "geluTanh"] as const).map((name) => [
      `linear with ${name}`,
      [
        (x: Tensor, w: Tensor, b: Tensor) => nn.linear(x, w as never, b as never, name),
        draw(3, 4),
        draw(2, 4),
        draw(2),
      ],
    ]),
  ),
  layerNorm: [(x, w, b) => nn.layerNorm(x, w as never, b as never), draw(2, 3, 4), draw(4), draw(4)],
  attention: [(q, k, v) => nn.scaledDotProductAttention(q, k, v).output, draw(2, 3, 4), draw(2, 5, 4), draw(2, 5, 2)],
  "attention's weights": [(q, k) => nn.scaledDotProductAttention(q, k, k).weights, draw(3, 4), draw(5, 4)],
  "masked attention": [(q, k) => nn.scaledDotProductAttention(q, k, k, { mask }).output, draw(3, 2), draw(4, 2)],
  "causal attention": [(q) => nn.scaledDotProductAttention(q, q, q, { causal: true }).output, draw(3, 2)],
  "heads in one pass": [
    (q, k) => inFloat64(new nn.MultiHeadAttention(4, 2)).forward(q, k, k, { mask }).output,
    draw(1, 3, 4),
    draw(1, 4, 4),
  ],
  "heads in one pass, with dropout": [
    (q, k) => {
      manualSeed(1);
      return inFloat64(new nn.MultiHeadAttention(4, 2, { dropout: 0.5 })).forward(q, k, k, { mask }).output;
    },
    draw(1, 3, 4),
    draw(1, 4, 4),
  ],
};

/** A module with parameters in float64, the same each time. */
function inFloat64<M extends nn.MultiHeadAttention<4>>(module: M): M {
  const seeded = new Generator(1);
  for (const map of [module.query, module.key, module.value, module.output]) {
    map.weight = randn([4, 4], { dtype: "float64", generator: seeded });
    map.bias = randn([4], { dtype: "float64", generator: seeded });
  }
  return module;
}

it.each(Object.entries(cases))("%s", (_, [f, ...inputs]) => {
  expect(gradcheck(f, inputs)).toBe(true);
  expect(gradgradcheck(f, inputs)).toBe(true);
});
