/** @file The cases in jax-js: the whole step under `jit`, on its WebAssembly device. */

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { labels, noise, run, versionOf } from "./measure.mjs";

const require = createRequire(`${process.env.BENCH_PEERS}/`);
const jax = await import(pathToFileURL(require.resolve("@jax-js/jax").replace(/\.cjs$/, ".js")));
const { numpy: np, nn, jit, valueAndGrad, tree } = jax;
await jax.init("wasm");
jax.defaultDevice("wasm");

const random = (shape, s, seed) =>
  np
    .array(
      noise(
        shape.reduce((a, b) => a * b, 1),
        s,
        seed,
      ),
    )
    .reshape(shape);
const matrix = (inner, out) => random([inner, out], 1 / Math.sqrt(inner), inner + out);
const oneHot = (n, classes) => nn.oneHot(np.array(labels(n, classes)), classes);

/** One Adam step of a list of parameters, jitted with its loss; reads the loss. */
function training(loss, parameters, data, lr) {
  const update = jit((p, m, v, t, ...inputs) => {
    const [value, grads] = valueAndGrad(loss)(tree.ref(p), ...inputs);
    const step = np
      .sqrt(np.subtract(1, np.power(0.999, t.ref)))
      .div(np.subtract(1, np.power(0.9, t)))
      .mul(lr);
    const means = m.map((x, i) => x.mul(0.9).add(grads[i].ref.mul(0.1)));
    const squares = v.map((x, i) => x.mul(0.999).add(np.square(grads[i]).mul(0.001)));
    const next = p.map((x, i) => x.sub(means[i].ref.mul(step.ref).div(np.sqrt(squares[i].ref).add(1e-8))));
    step.dispose();
    return [value, next, means, squares];
  });
  let p = parameters;
  let m = parameters.map((x) => np.zeros(x.shape));
  let v = parameters.map((x) => np.zeros(x.shape));
  let t = 0;
  return () => {
    let value;
    [value, p, m, v] = update(p, m, v, np.array(++t), ...data.map((x) => x.ref));
    return value.js();
  };
}

const affine = (x, w, b) => np.matmul(x, w).add(b);
const crossEntropy = (logits, target, n) => np.sum(nn.logSoftmax(logits).mul(target)).mul(-1 / n);

function attention(x, [wq, bq, wk, bk, wv, bv, wo, bo], [b, t, c, heads], mask) {
  const d = c / heads;
  const split = (y) => np.transpose(y.reshape([b, t, heads, d]), [0, 2, 1, 3]);
  const q = split(affine(x.ref, wq, bq));
  const k = split(affine(x.ref, wk, bk));
  const v = split(affine(x, wv, bv));
  let scores = np.matmul(q, np.transpose(k, [0, 1, 3, 2])).mul(1 / Math.sqrt(d));
  if (mask) scores = scores.add(mask);
  const y = np.matmul(nn.softmax(scores), v);
  return affine(np.transpose(y, [0, 2, 1, 3]).reshape([b * t, c]), wo, bo);
}
const attentionParameters = (c) => Array.from({ length: 4 }, () => [matrix(c, c), np.zeros([c])]).flat();

function layerNorm(x, gain, bias) {
  const centered = x.ref.sub(np.mean(x, -1, { keepdims: true }));
  const variance = np.mean(np.square(centered.ref), -1, { keepdims: true });
  return centered
    .div(np.sqrt(variance.add(1e-5)))
    .mul(gain)
    .add(bias);
}

await run(
  {
    matmul(n) {
      const [a, b] = [random([n, n], 1, 1), random([n, n], 1, 2)];
      return () => np.matmul(a.ref, b.ref).dataSync();
    },
    xor() {
      const x = np.array([
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ]);
      const y = np.array([[0], [1], [1], [0]]);
      const loss = ([w1, b1, w2, b2], x, y) => {
        const z = affine(np.tanh(affine(x, w1, b1)), w2, b2);
        return np.mean(np.log(np.exp(z.ref).add(1)).sub(z.mul(y)));
      };
      return () => {
        const step = training(loss, [matrix(2, 8), np.zeros([8]), matrix(8, 1), np.zeros([1])], [x, y], 0.01);
        for (let i = 0; i < 2000; i++) step();
      };
    },
    mnist() {
      const loss = ([w1, b1, w2, b2], x, y) => crossEntropy(affine(nn.relu(affine(x, w1, b1)), w2, b2), y, 64);
      const parameters = [matrix(784, 128), np.zeros([128]), matrix(128, 10), np.zeros([10])];
      return training(loss, parameters, [random([64, 784], 1, 3), oneHot(64, 10)], 0.001);
    },
    attention() {
      const size = [8, 64, 128, 4];
      const step = jit(valueAndGrad(([x, ...p]) => np.sum(attention(x, p, size))));
      const leaves = [random([512, 128], 1, 4), ...attentionParameters(128)];
      return () => {
        const [value, grads] = step(tree.ref(leaves));
        tree.dispose(grads);
        return value.js();
      };
    },
    gpt() {
      const [B, T, C, H, V, L] = [16, 64, 128, 4, 65, 4];
      const ones = () => np.ones([C]);
      const block = () => [
        ones(),
        np.zeros([C]),
        ...attentionParameters(C),
        ones(),
        np.zeros([C]),
        matrix(C, 4 * C),
        np.zeros([4 * C]),
        matrix(4 * C, C),
        np.zeros([C]),
      ];
      const size = block().length;
      const parameters = [
        matrix(V, C),
        random([T, C], 0.02, 5),
        ...Array.from({ length: L }, block).flat(),
        ones(),
        np.zeros([C]),
        matrix(C, V),
      ];
      const mask = np
        .tril(np.ones([T, T]))
        .sub(1)
        .mul(1e9);
      const loss = ([embed, positions, ...p], tokens, mask) => {
        let x = np
          .matmul(tokens.ref, embed)
          .reshape([B, T, C])
          .add(positions)
          .reshape([B * T, C]);
        for (let i = 0; i < L; i++) {
          const [g1, b1, ...rest] = p.slice(i * size, (i + 1) * size);
          const [g2, b2, w1, c1, w2, c2] = rest.slice(8);
          x = x.ref.add(attention(layerNorm(x, g1, b1), rest.slice(0, 8), [B, T, C, H], mask.ref));
          x = x.ref.add(affine(nn.gelu(affine(layerNorm(x, g2, b2), w1, c1)), w2, c2));
        }
        mask.dispose();
        const [g, b, head] = p.slice(L * size);
        return crossEntropy(np.matmul(layerNorm(x, g, b), head), tokens, B * T);
      };
      return training(loss, parameters, [oneHot(B * T, V), mask], 0.001);
    },
    /** Pairs in batches of 1000: each center against its neighbor and five words of noise. */
    skipgram() {
      const [V, D, pairs, batch] = [5000, 48, 100_000, 1000];
      const draw = (n) => np.array(Int32Array.from({ length: n }, () => Math.random() * V));
      const loss = ([table, out], center, words, targets) => {
        const rows = np.take(table, center, 0).reshape([batch, 1, D]);
        const logits = np.sum(rows.mul(np.take(out, words, 0).reshape([batch, 6, D])), -1);
        return np.sum(np.log(np.exp(logits.ref).add(1)).sub(logits.mul(targets)));
      };
      // Not under jit, which knows no scatter, and so no gradient of a look-up.
      const update = (p, ...inputs) => {
        const [value, grads] = valueAndGrad(loss)(tree.ref(p), ...inputs);
        return [value, p.map((x, i) => x.sub(grads[i].mul(0.025)))];
      };
      let p = [random([V, D], 0.01, 1), random([V, D], 0.01, 2)];
      const targets = np.array(Array.from({ length: batch }, () => [1, 0, 0, 0, 0, 0]));
      return () => {
        for (let i = 0; i < pairs / batch; i++) {
          let value;
          [value, p] = update(p, draw(batch), draw(6 * batch), targets.ref);
          value.js();
        }
      };
    },
  },
  `jax-js ${versionOf("@jax-js/jax")}, wasm`,
);
