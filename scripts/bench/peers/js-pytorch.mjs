/** @file The cases in js-pytorch, on its CPU device. */

import { createRequire } from "node:module";
import { labels, noise, run, versionOf } from "./measure.mjs";

const require = createRequire(`${process.env.BENCH_PEERS}/`);
const { torch } = require("js-pytorch");

/** Nested arrays of the shape. */
function nested(data, [n, ...rest]) {
  if (rest.length === 0) return Array.from(data);
  const size = data.length / n;
  return Array.from({ length: n }, (_, i) => nested(data.subarray(i * size, (i + 1) * size), rest));
}
const random = (shape, seed, gradient = false) =>
  torch.tensor(
    nested(
      noise(
        shape.reduce((a, b) => a * b, 1),
        1,
        seed,
      ),
      shape,
    ),
    gradient,
  );

await run(
  {
    matmul(n) {
      const [a, b] = [random([n, n], 1), random([n, n], 2)];
      return () => torch.matmul(a, b);
    },
    mnist() {
      const [hidden, relu, out] = [new torch.nn.Linear(784, 128), new torch.nn.ReLU(), new torch.nn.Linear(128, 10)];
      const parameters = [...hidden.parameters(), ...out.parameters()];
      const optimizer = new torch.optim.Adam(parameters, 0.001, 0);
      const criterion = new torch.nn.CrossEntropyLoss();
      const [x, y] = [random([64, 784], 3), torch.tensor(Array.from(labels(64, 10)))];
      return () => {
        const loss = criterion.forward(out.forward(relu.forward(hidden.forward(x))), y);
        loss.backward();
        optimizer.step();
        optimizer.zero_grad();
      };
    },
  },
  `js-pytorch ${versionOf("js-pytorch")}, cpu`,
);
