/** @file Claims of notebook 2, over seeds. */

import { crossEntropy, Generator, optim, randn, type Tensor, tensor, zeros } from "foundations";
import type { Claim } from "./claim.js";

const spiral = (arm: number, i: number) => {
  const [t, angle] = [i / 100, (i / 100) * 7 + arm * Math.PI];
  return [t * Math.cos(angle), t * Math.sin(angle)];
};
const points = tensor(
  Array.from({ length: 200 }, (_, i) => spiral(i % 2, (i >> 1) + 1)),
  { dtype: "float32" },
);
const arms = tensor(
  Array.from({ length: 200 }, (_, i) => i % 2),
  { dtype: "int32" },
);

/** The last loss of twenty layers of 32 on two spirals, after 400 steps of Adam. */
function trainDeep(activation: (z: Tensor) => Tensor, std: (inputs: number) => number, seed: number): number {
  const generator = new Generator(seed);
  const sizes = [2, ...Array.from({ length: 20 }, () => 32), 2];
  const weights = sizes.slice(1).map((out, i) => {
    const w: Tensor = randn([sizes[i], out], { generator, dtype: "float32" }).mul(std(sizes[i]));
    w.requiresGrad = true;
    return w;
  });
  const biases = sizes.slice(1).map((out): Tensor => zeros([out], { dtype: "float32", requiresGrad: true }));
  const adam = new optim.Adam([...weights, ...biases], { lr: 0.002 });
  let last = Number.NaN;
  for (let step = 0; step < 400; step++) {
    let h: Tensor = points;
    weights.forEach((w, i) => {
      const z = h.matmul(w).add(biases[i]);
      h = i < 20 ? activation(z) : z;
    });
    const loss = crossEntropy(h as Tensor<[200, 2]>, arms);
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
        (n) => Math.sqrt(1 / n),
        seed,
      ),
      "ReLU, σ = 0.01": trainDeep(
        (z) => z.relu(),
        () => 0.01,
        seed,
      ),
      "ReLU, He": trainDeep(
        (z) => z.relu(),
        (n) => Math.sqrt(2 / n),
        seed,
      ),
    }),
    holds: (loss) => loss.sigmoid > 0.69 && loss["ReLU, σ = 0.01"] > 0.69 && loss["ReLU, He"] < 0.3,
  },
];
