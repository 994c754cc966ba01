/** @file The cases in TensorFlow.js, on the backend that the environment names. */

import { createRequire } from "node:module";
import { labels, noise, run } from "./measure.mjs";

const require = createRequire(`${process.env.BENCH_PEERS}/`);
const tf = require("@tensorflow/tfjs");
const backend = process.env.BENCH_BACKEND;
if (backend === "wasm") require("@tensorflow/tfjs-backend-wasm").setThreadsCount(1);
await tf.setBackend(backend);
await tf.ready();

const random = (shape, s, seed) =>
  tf.tensor(
    noise(
      shape.reduce((a, b) => a * b, 1),
      s,
      seed,
    ),
    shape,
  );
const parameter = (shape, s, seed = 1) => tf.variable(s ? random(shape, s, seed) : tf.zeros(shape));
const scale = (fanIn) => 1 / Math.sqrt(fanIn);

/** One training step, its loss read. */
const training = (optimizer, loss) => () => {
  const value = optimizer.minimize(loss, true);
  const number = value.dataSync()[0];
  value.dispose();
  return number;
};

const affine = (inner, out, bias = true) => {
  const weight = parameter([inner, out], scale(inner), inner + out);
  const b = bias && parameter([out]);
  return (x) => {
    const y = tf.matMul(x.reshape([-1, inner]), weight);
    return (b ? y.add(b) : y).reshape([...x.shape.slice(0, -1), out]);
  };
};

const layerNorm = (c) => {
  const gain = tf.variable(tf.ones([c]));
  const bias = parameter([c]);
  return (x) => {
    const { mean, variance } = tf.moments(x, -1, true);
    return x.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(gain).add(bias);
  };
};

const attention = (c, heads, causal) => {
  const [q, k, v, o] = Array.from({ length: 4 }, () => affine(c, c));
  return (x) => {
    const [b, t] = x.shape;
    const split = (y) => y.reshape([b, t, heads, c / heads]).transpose([0, 2, 1, 3]);
    let scores = tf.matMul(split(q(x)), split(k(x)), false, true).mul(1 / Math.sqrt(c / heads));
    if (causal) scores = scores.add(causal);
    const y = tf.matMul(tf.softmax(scores), split(v(x)));
    return o(y.transpose([0, 2, 1, 3]).reshape([b, t, c]));
  };
};

await run(
  {
    matmul(n) {
      const [a, b] = [random([n, n], 1, 1), random([n, n], 1, 2)];
      return () => {
        const c = tf.matMul(a, b);
        c.dataSync();
        c.dispose();
      };
    },
    xor() {
      const x = tf.tensor([
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ]);
      const y = tf.tensor([[0], [1], [1], [0]]);
      return () => {
        const [hidden, out] = [affine(2, 8), affine(8, 1)];
        const step = training(tf.train.adam(0.01), () => tf.losses.sigmoidCrossEntropy(y, out(tf.tanh(hidden(x)))));
        for (let i = 0; i < 2000; i++) step();
      };
    },
    mnist() {
      const [x, y] = [random([64, 784], 1, 3), tf.oneHot(tf.tensor1d(labels(64, 10), "int32"), 10)];
      const [hidden, out] = [affine(784, 128), affine(128, 10)];
      return training(tf.train.adam(0.001), () => tf.losses.softmaxCrossEntropy(y, out(tf.relu(hidden(x)))));
    },
    attention() {
      const x = random([8, 64, 128], 1, 4);
      const layer = attention(128, 4);
      const gradient = tf.variableGrads;
      const input = tf.variable(x);
      return () => {
        const { value, grads } = gradient(() => layer(input).sum());
        value.dataSync();
        tf.dispose([value, grads]);
      };
    },
    gpt() {
      const [B, T, C, H, V, L] = [16, 64, 128, 4, 65, 4];
      const tokens = tf.oneHot(tf.tensor2d(labels(B * T, V), [B, T], "int32"), V).toFloat();
      const mask = tf.linalg
        .bandPart(tf.ones([T, T]), -1, 0)
        .sub(1)
        .mul(1e9);
      const [embed, positions] = [affine(V, C, false), parameter([T, C], 0.02)];
      const blocks = Array.from({ length: L }, () => {
        const [n1, a, n2] = [layerNorm(C), attention(C, H, mask), layerNorm(C)];
        const [up, down] = [affine(C, 4 * C), affine(4 * C, C)];
        const gelu = (z) => z.mul(0.5).mul(tf.tanh(z.pow(3).mul(0.044715).add(z).mul(0.7978845608)).add(1));
        return (x) => {
          const y = x.add(a(n1(x)));
          return y.add(down(gelu(up(n2(y)))));
        };
      });
      const [norm, head] = [layerNorm(C), affine(C, V, false)];
      const loss = () => {
        const x = blocks.reduce((y, block) => block(y), embed(tokens).add(positions));
        return tf.losses.softmaxCrossEntropy(tokens.reshape([-1, V]), head(norm(x)).reshape([-1, V]));
      };
      return training(tf.train.adam(0.001), loss);
    },
  },
  `TensorFlow.js ${tf.version.tfjs}, ${backend}`,
);
