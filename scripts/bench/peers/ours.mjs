/** @file The cases in this library, through its public names. */

import { binaryCrossEntropyWithLogits, crossEntropy, Generator, nn, optim, Tensor, tensor, text } from "foundations";
import { labels, noise, run } from "./measure.mjs";

const random = (shape, s, seed) =>
  new Tensor(
    noise(
      shape.reduce((a, b) => a * b, 1),
      s,
      seed,
    ),
    shape,
  );
const classes = (shape, n) =>
  new Tensor(
    labels(
      shape.reduce((a, b) => a * b, 1),
      n,
    ),
    shape,
  );

/** One training step, its loss read. */
const training = (model, optimizer, loss) => () => {
  optimizer.zeroGrad();
  const value = loss(model);
  value.backward();
  optimizer.step();
  return value.item();
};

await run(
  {
    matmul(n) {
      const [a, b] = [random([n, n], 1, 1), random([n, n], 1, 2)];
      return () => a.matmul(b);
    },
    xor() {
      const x = tensor([
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ]);
      const y = tensor([[0], [1], [1], [0]]);
      return () => {
        const model = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
        const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
        const step = training(model, optimizer, () => binaryCrossEntropyWithLogits(model.forward(x), y));
        for (let i = 0; i < 2000; i++) step();
      };
    },
    mnist() {
      const model = new nn.Sequential(new nn.Linear(784, 128), new nn.ReLU(), new nn.Linear(128, 10));
      const [x, y] = [random([64, 784], 1, 3), classes([64], 10)];
      return training(model, new optim.Adam(model.parameters()), () => crossEntropy(model.forward(x), y));
    },
    attention(length) {
      const layer = new nn.MultiHeadAttention(128, 4);
      const x = random([8, length || 64, 128], 1, 4);
      x.requiresGrad = true;
      return () => {
        for (const leaf of [x, ...layer.parameters()]) leaf.grad = null;
        layer.forward(x).output.sum().backward();
      };
    },
    gpt() {
      const model = new nn.GPT(65, 128, 4, { numLayers: 4, contextLength: 64 });
      const [x, y] = [classes([16, 64], 65), classes([16, 64], 65)];
      return training(model, new optim.AdamW(model.parameters()), () => crossEntropy(model.forward(x), y));
    },
    /** A chain of operations on one number: nothing but what the engine does for each. */
    graph(nodes) {
      const x = tensor(1, { requiresGrad: true });
      return () => {
        x.grad = null;
        let y = x;
        for (let i = 0; i < nodes; i++) y = y.neg();
        y.backward();
      };
    },
    /** A window of 1 makes two pairs of every two neighbors: 1000 sentences of 51 words have 100,000. */
    skipgram() {
      const generator = new Generator(1);
      const words = Array.from({ length: 5000 }, (_, i) => `w${i}`);
      const sentences = Array.from({ length: 1000 }, () =>
        Array.from({ length: 51 }, () => words[generator.integer(words.length)]),
      );
      const options = { dimensions: 48, window: 1, negatives: 5, epochs: 1, subsample: 0, minCount: 1, generator };
      return () => text.skipGram(sentences, options);
    },
  },
  `foundations, Node ${process.versions.node}, ${process.env.OMP_NUM_THREADS} thread(s)`,
);
