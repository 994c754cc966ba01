/** @file Claims of notebook 3, over seeds. */

import {
  batches,
  crossEntropy,
  Generator,
  manualSeed,
  nn,
  noGrad,
  optim,
  split,
  type Tensor,
  train,
} from "foundations";
import { mnist } from "foundations/data";
import type { Claim } from "./claim.js";

type Images = Tensor<[number, 784]>;
type Labels = Tensor<[number]>;

const accuracy = (net: nn.MLP<readonly number[]>, x: Images, y: Labels) =>
  noGrad(() => (net.forward(x) as Tensor).argmax(1).eq(y).to("float32").mean().item());

/** A network of the given sizes from one seed, trained as in the notebook. */
async function learnDigits(sizes: readonly number[], seed: number, epochs: number, images: Images, labels: Labels) {
  manualSeed(seed);
  const net = new nn.MLP(sizes);
  for (const { weight, bias } of net.layers) {
    nn.init.heNormal(weight);
    if (bias) nn.init.constant(bias, 0);
  }
  const data = batches([images, labels], 64, { shuffle: true, dropLast: true, generator: new Generator(seed) });
  await train(net, {
    optimizer: new optim.Adam(net.parameters(), { lr: 0.002 }),
    batches: data,
    epochs,
    loss: ([x, y]) => crossEntropy(net.forward(x) as Tensor<[number, number]>, y),
    schedule: optim.cosineDecay(epochs * data.length),
  });
  return net;
}

export const claims: readonly Claim[] = [
  {
    says: "On the full MNIST a network of 128 and 64 hidden neurons reads at least 97.5 % of the test digits, a linear one less than 93.5 %",
    seeds: [1, 2, 3, 4, 5],
    async measure(seed) {
      const [learning, test] = [mnist("train"), mnist("test")];
      const [[images, labels]] = split([learning.images, learning.labels], [55000, 5000], {
        generator: new Generator(seed),
      });
      const linear = await learnDigits([784, 10], seed, 4, images, labels);
      const network = await learnDigits([784, 128, 64, 10], seed, 5, images, labels);
      return {
        linear: accuracy(linear, test.images, test.labels),
        network: accuracy(network, test.images, test.labels),
      };
    },
    holds: ({ linear, network }) => network >= 0.975 && linear < 0.935,
    digits: 4,
  },
];
