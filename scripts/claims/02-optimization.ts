/** @file Claims of notebook 2, over seeds. */

import { crossEntropy, Generator, optim, randn, type Tensor, tensor, zeros } from "foundations";
import type { Claim } from "./claim.js";

const spiral = (arm: number, i: number) => {
  const [t, angle] = [i / 100, (i / 100) * 7 + arm * Math.PI];
  return [t * Math.cos(angle), t * Math.sin(angle)];
};
const both = Array.from({ length: 200 }, (_, i) => spiral(i % 2, (i >> 1) + 1));

interface Options {
  seed: number;
  dtype?: "float32" | "float64";
  eps?: number;
  data?: number[][];
}

/** The last loss of twenty layers of 32 on two spirals, after 400 steps of Adam. */
function trainDeep(
  activation: (z: Tensor) => Tensor,
  std: (inputs: number, outputs: number) => number,
  options: Options,
): number {
  const { seed, dtype = "float32", eps = 1e-8, data = both } = options;
  const generator = new Generator(seed);
  const points = tensor(data, { dtype });
  const arms = tensor(
    data.map((_, i) => i % 2),
    { dtype: "int32" },
  );
  const sizes = [2, ...Array.from({ length: 20 }, () => 32), 2];
  const weights = sizes.slice(1).map((out, i) => {
    const w: Tensor = randn([sizes[i], out], { generator, dtype }).mul(std(sizes[i], out));
    w.requiresGrad = true;
    return w;
  });
  const biases = sizes.slice(1).map((out): Tensor => zeros([out], { dtype, requiresGrad: true }));
  const adam = new optim.Adam([...weights, ...biases], { lr: 0.002, eps });
  let last = Number.NaN;
  for (let step = 0; step < 400; step++) {
    let h: Tensor = points;
    weights.forEach((w, i) => {
      const z = h.matmul(w).add(biases[i]);
      h = i < 20 ? activation(z) : z;
    });
    const loss = crossEntropy(h as Tensor<[number, 2]>, arms);
    adam.zeroGrad();
    loss.backward();
    adam.step();
    last = loss.item();
  }
  return last;
}

export const claims: readonly Claim[] = [
  {
    says: "Twenty layers on two spirals: sigmoid with Xavier and ReLU with small weights stay at ln 2, ReLU with He learns (loss below 0.3)",
    seeds: [0, 1, 2, 3, 4],
    measure: async (seed) => ({
      sigmoid: trainDeep(
        (z) => z.sigmoid(),
        (inputs, outputs) => Math.sqrt(2 / (inputs + outputs)),
        { seed },
      ),
      "ReLU, σ = 0.01": trainDeep(
        (z) => z.relu(),
        () => 0.01,
        { seed },
      ),
      "ReLU, He": trainDeep(
        (z) => z.relu(),
        (n) => Math.sqrt(2 / n),
        { seed },
      ),
    }),
    holds: (loss) => loss.sigmoid > 0.69 && loss["ReLU, σ = 0.01"] > 0.69 && loss["ReLU, He"] < 0.3,
  },
  {
    says: "Twenty sigmoid layers with Xavier’s weights, on every fourth pair of points, in float64: with Adam’s usual ε of 1e-8 they stay at ln 2 for 400 steps, with 1e-30 they leave it (loss below 0.65)",
    seeds: [0, 1, 2, 3, 4],
    atLeast: 4,
    measure: async (seed) => {
      const [data, dtype] = [both.filter((_, i) => (i >> 1) % 4 === 3), "float64" as const];
      const loss = (eps: number) =>
        trainDeep(
          (z) => z.sigmoid(),
          (inputs, outputs) => Math.sqrt(2 / (inputs + outputs)),
          { seed, dtype, eps, data },
        );
      return { "ε = 1e-8": loss(1e-8), "ε = 1e-30": loss(1e-30) };
    },
    holds: (loss) => loss["ε = 1e-8"] > 0.69 && loss["ε = 1e-30"] < 0.65,
  },
];
