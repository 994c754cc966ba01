/** @file The cases in brain.js, which has plain feed-forward networks on one example at a time. */

import { createRequire } from "node:module";
import { run, versionOf } from "./measure.mjs";

const require = createRequire(`${process.env.BENCH_PEERS}/`);
const brain = require("brain.js");

await run(
  {
    xor() {
      const data = [
        [0, 0, 0],
        [0, 1, 1],
        [1, 0, 1],
        [1, 1, 0],
      ].map(([a, b, y]) => ({ input: [a, b], output: [y] }));
      return () => {
        const network = new brain.NeuralNetwork({ hiddenLayers: [8], activation: "tanh" });
        network.train(data, { iterations: 2000, errorThresh: 1e-12, praxis: "adam", learningRate: 0.01 });
      };
    },
  },
  `brain.js ${versionOf("brain.js")}`,
);
