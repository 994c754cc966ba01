/**
 * @file Attempts at the exercises: right answers written in another way than the solution, and wrong ones that are easy to
 * take for right. `named` says a word of the mistake that the verdict has to name.
 */

import { concat, eye, grad, type Tensor, tensor } from "foundations";
import type { Drop, Race } from "../../notebooks/exercises/04-attention.js";

interface Attempts {
  // biome-ignore-start lint/suspicious/noExplicitAny: attempts at every kind of exercise
  readonly right: readonly ((...args: any[]) => unknown)[];
  readonly wrong: readonly (readonly [named: string | undefined, attempt: (...args: any[]) => unknown])[];
  // biome-ignore-end lint/suspicious/noExplicitAny: attempts at every kind of exercise
}

type Vector = Tensor<[number]>;
type Matrix = Tensor<[number, number]>;
type F = (x: number) => number;

const radians = (degrees: number) => (degrees * Math.PI) / 180;
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

const oneSided = (h: number) => (f: F, x: number) => (f(x + h) - f(x)) / h;
const central = (h: number) => (f: F, x: number) => (f(x + h) - f(x - h)) / (2 * h);

const linearAlgebra: Record<string, Attempts> = {
  mirror: {
    right: [
      () =>
        tensor([
          [0, 1],
          [1, 0],
        ]),
      () => eye(2).flip(0),
    ],
    wrong: [
      [
        undefined,
        () =>
          tensor([
            [1, 1],
            [0, 1],
          ]),
      ],
    ],
  },
  rotation: {
    right: [
      (angle) =>
        tensor([
          [Math.cos(radians(angle)), Math.cos(radians(angle + 90))],
          [Math.sin(radians(angle)), Math.cos(radians(angle))],
        ]),
      (angle) =>
        tensor([
          [Math.cos(radians(angle)), Math.sin(radians(angle))],
          [-Math.sin(radians(angle)), Math.cos(radians(angle))],
        ]).T,
    ],
    wrong: [
      [
        "has lost its sign",
        (angle) => {
          const [c, s] = [Math.cos(radians(angle)), Math.sqrt(1 - Math.cos(radians(angle)) ** 2)];
          return tensor([
            [c, -s],
            [s, c],
          ]);
        },
      ],
      [
        "radians",
        (angle) =>
          tensor([
            [Math.cos(angle), -Math.sin(angle)],
            [Math.sin(angle), Math.cos(angle)],
          ]),
      ],
    ],
  },
  mostSimilar: {
    right: [
      (query: Vector, rows: Matrix) => {
        const cosines = rows.toArray().map((_, i) => rows.at(i).dot(query).item() / rows.at(i).norm().item());
        return cosines.indexOf(Math.max(...cosines));
      },
      (query: Vector, rows: Matrix) =>
        rows
          .div(rows.norm(1, { keepdims: true }))
          .matmul(query)
          .argmax()
          .item(),
    ],
    wrong: [
      ["End with argmax()", (query: Vector, rows: Matrix) => rows.matmul(query).div(rows.norm(1)).max().item()],
      ["End with argmax()", (query: Vector, rows: Matrix) => rows.matmul(query).max().item()],
      ["squared lengths", (query: Vector, rows: Matrix) => rows.matmul(query).div(rows.norm(1).pow(2)).argmax().item()],
      [undefined, (query: Vector, rows: Matrix) => rows.matmul(query).div(rows.abs().sum(1)).argmax().item()],
      ["dot product", (query: Vector, rows: Matrix) => rows.matmul(query).div(rows.norm()).argmax().item()],
      [undefined, () => 1],
    ],
  },
  standardize: {
    right: [
      (values: Vector) => values.sub(values.mean()).div(values.variance(undefined, { correction: 0 }).sqrt()),
      (values: Vector) => {
        const centered = values.sub(values.mean());
        return centered.div(centered.norm()).mul(Math.sqrt(values.size));
      },
    ],
    wrong: [
      [
        "divided only one of the two",
        (values: Vector) => values.div(values.std(undefined, { correction: 0 })).sub(values.mean()),
      ],
      [undefined, (values: Vector) => values.sub(values.mean()).div(values.sub(values.mean()).abs().mean())],
      [undefined, (values: Vector) => values.sub(values.min()).div(values.max().sub(values.min()))],
    ],
  },
  slopeAt: {
    right: [
      ...[1e-4, 1e-5, 1e-6].map(central),
      (f: F, x: number) => {
        const [wide, narrow] = [central(2e-3)(f, x), central(1e-3)(f, x)];
        return (4 * narrow - wide) / 3;
      },
    ],
    wrong: [
      ...[0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10].map((h) => ["one side", oneSided(h)] as const),
      ...[1e-4, 1e-5, 1e-6, 1e-7, 1e-8].map((h) => ["one side", (f: F, x: number) => oneSided(-h)(f, x)] as const),
      ...[Math.sqrt(Number.EPSILON), 3e-7, 2e-8, 2 ** -26, 2 ** -40].map((h) => [undefined, oneSided(h)] as const),
      ...[1e-3, 1e-6].map((h) => ["2h", (f: F, x: number) => (f(x + h) - f(x - h)) / h] as const),
      ["so large an h", central(0.1)],
      ["rounding", central(1e-14)],
    ],
  },
  chain: {
    right: [
      (x) => 18 * x + 6,
      (x) => 6 * (3 * x + 1),
      (x) => {
        const u = 3 * x + 1;
        return 2 * u * 3;
      },
    ],
    wrong: [
      ["small steps", (x: number) => central(1e-5)((u) => (3 * u + 1) ** 2, x)],
      ["small steps", (x: number) => central(1e-4)((u) => (3 * u + 1) ** 2, x)],
      [undefined, (x: number) => oneSided(1e-7)((u) => (3 * u + 1) ** 2, x)],
      [undefined, (x) => 18 * x],
    ],
  },
  stepDown: {
    right: [
      (position: Vector, gradient: Vector, rate: number) => position.add(gradient.mul(-rate)),
      (position: Vector, gradient: Vector, rate: number) => gradient.mul(rate).neg().add(position),
    ],
    wrong: [[undefined, (position: Vector, gradient: Vector, rate: number) => position.sub(gradient.sign().mul(rate))]],
  },
  sigmoidStep: {
    right: [
      (x: number) => [Math.exp(x) / (1 + Math.exp(x)), Math.exp(-x) / (1 + Math.exp(-x)) ** 2],
      (x: number) => [(1 + Math.tanh(x / 2)) / 2, (1 - Math.tanh(x / 2) ** 2) / 4],
    ],
    wrong: [[undefined, (x: number) => [1 / (1 + Math.exp(-x)), 1 / (1 + Math.exp(-x)) ** 2]]],
  },
  surpriseGradient: {
    right: [(w: Vector, x: Vector, t: number) => x.mul(-t / (1 + Math.exp(t * w.dot(x).item())))],
    wrong: [[undefined, (w: Vector, x: Vector, t: number) => x.mul(w.dot(x).sigmoid().sub(t))]],
  },
  repair: {
    right: [
      (loss: (v: Vector) => Tensor<[]>, start: Vector) => {
        const step = (v: Vector) => v.sub(grad(loss)(v).div(10)) as Vector;
        return Array.from({ length: 30 }).reduce<Vector>(step, start);
      },
    ],
    wrong: [
      [
        undefined,
        (loss: (v: Vector) => Tensor<[]>, start: Vector) => {
          let position = start;
          for (let i = 0; i <= 30; i++) position = position.sub(grad(loss)(position).mul(0.1));
          return position;
        },
      ],
    ],
  },
};

const optimization: Record<string, Attempts> = {
  batchLoss: {
    right: [
      (p: Matrix, classes: number[]) => {
        const hot = tensor(classes.map((c) => Array.from({ length: p.shape[1] }, (_, i) => Number(i === c))));
        return p.log().mul(hot).sum().neg().div(classes.length).item();
      },
      (p: Matrix, classes: number[]) =>
        -Math.log(classes.reduce((product, c, i) => product * p.at(i).at(c).item(), 1)) / classes.length,
    ],
    wrong: [
      [
        "diagonal",
        (p: Matrix, classes: number[]) =>
          total(classes.map((_, i) => -Math.log(p.at(i).at(i).item()))) / classes.length,
      ],
      [
        undefined,
        (p: Matrix, classes: number[]) =>
          total(classes.map((c, i) => -Math.log(p.at(c).at(i).item()))) / classes.length,
      ],
      [undefined, (p: Matrix) => p.max(1).log().mean().neg().item()],
      [undefined, (p: Matrix) => p.log().mean().neg().item()],
    ],
  },
  walk: {
    right: [
      (slopeAt: F, start: number, rate: number, steps: number): number => {
        const from = (x: number, left: number): number => (left === 0 ? x : from(x - rate * slopeAt(x), left - 1));
        return from(start, steps);
      },
    ],
    wrong: [
      [
        "one step too few",
        (slopeAt: F, start: number, rate: number, steps: number) => {
          let x = start;
          for (let i = 1; i < steps; i++) x -= rate * slopeAt(x);
          return x;
        },
      ],
      [undefined, (_: F, start: number) => start],
    ],
  },
  batchSlope: {
    right: [
      (w: number, x: Vector, y: Vector) => (2 * x.dot(x.mul(w).sub(y)).item()) / x.size,
      (w: number, x: Vector, y: Vector) =>
        total(x.toArray().map((value, i) => 2 * (w * value - y.at(i).item()) * value)) / x.size,
    ],
    wrong: [
      [
        "each error by its own x",
        (w: number, x: Vector, y: Vector) => 2 * x.mul(w).sub(y).mean().item() * x.mean().item(),
      ],
      [undefined, (w: number, x: Vector, y: Vector) => x.mul(x).mul(w).sub(y).mean().mul(2).item()],
    ],
  },
  momentumStep: {
    right: [(x, v, g, rate, mu) => [x - rate * mu * v - rate * g, v * mu + g]],
    wrong: [
      [
        "another convention",
        (x, v, g, rate, mu) => {
          const u = mu * v - rate * g;
          return [x + u, u];
        },
      ],
      [
        "another convention",
        (x, v, g, rate, mu) => {
          const u = mu * v + rate * g;
          return [x - u, u];
        },
      ],
      [
        "Nesterov",
        (x, v, g, rate, mu) => {
          const u = mu * v + g;
          return [x - rate * (mu * u + g), u];
        },
      ],
      [
        "the other order",
        (x, v, g, rate, mu) => {
          const u = mu * v + g;
          return [u, x - rate * u];
        },
      ],
      [undefined, (x, v, g, rate, mu) => [x - rate * (v + g), v * mu + g]],
    ],
  },
  largestRate: {
    right: [(a) => 2 / (2 * a), (a) => a ** -1],
    wrong: [
      ["curvature", (a) => 2 / a],
      ["factor", (a) => 0.5 / a],
    ],
  },
  adam: {
    right: [
      (gradients: number[], rate) => {
        let [x, m, s, beta1, beta2] = [0, 0, 0, 1, 1];
        for (const g of gradients) {
          [beta1, beta2] = [beta1 * 0.9, beta2 * 0.999];
          m += 0.1 * (g - m);
          s += 0.001 * (g * g - s);
          x -= (rate * Math.sqrt(1 - beta2) * m) / ((1 - beta1) * Math.sqrt(s));
        }
        return x;
      },
    ],
    wrong: [
      [
        "bias correction",
        (gradients: number[], rate) => {
          let [x, m, s] = [0, 0, 0];
          for (const g of gradients) {
            m = 0.9 * m + 0.1 * g;
            s = 0.999 * s + 0.001 * g ** 2;
            x -= (rate * m) / (Math.sqrt(s) + 1e-8);
          }
          return x;
        },
      ],
      [undefined, (gradients: number[], rate) => -rate * Math.sign(total(gradients))],
    ],
  },
  leakyStd: {
    right: [(n, a) => Math.SQRT2 / Math.sqrt(n + n * a * a), (n, a) => (((1 + a * a) / 2) * n) ** -0.5],
    wrong: [
      ["variance", (n, a) => 2 / (n + n * a * a)],
      ["He initialization", (n) => (2 / n) ** 0.5],
    ],
  },
  clipTo: {
    right: [
      (gradient: Vector, limit: number) => {
        const norm = Math.hypot(...gradient.toArray());
        return norm > limit ? gradient.div(norm / limit) : gradient;
      },
      (gradient: Vector, limit: number) => gradient.div(Math.max(1, gradient.norm().item() / limit)),
    ],
    wrong: [
      [
        "NaN",
        (gradient: Vector, limit: number) => gradient.div(gradient.norm()).mul(Math.min(gradient.norm().item(), limit)),
      ],
      [undefined, (gradient: Vector, limit: number) => gradient.mul(Math.min(1, limit / gradient.abs().max().item()))],
      [
        undefined,
        (gradient: Vector, limit: number) => gradient.mul(Math.min(1, limit / gradient.mul(gradient).sum().item())),
      ],
    ],
  },
};

const neuralNets: Record<string, Attempts> = {
  ruleStep: {
    right: [
      (w: number[], b: number, x: number[], truth: number) => {
        const z = b + total(w.map((weight, i) => weight * x[i]));
        if (z > 0 && truth === 0) return [w.map((weight, i) => weight - x[i]), b - 1];
        if (z <= 0 && truth === 1) return [w.map((weight, i) => weight + x[i]), b + 1];
        return [w, b];
      },
    ],
    wrong: [
      [
        undefined,
        (w: number[], b: number, x: number[], truth: number) => [
          w.map((weight, i) => weight + truth * x[i]),
          b + truth,
        ],
      ],
      [undefined, (w: number[], b: number) => [w, b]],
    ],
  },
  countParameters: {
    right: [
      (sizes: number[]) => {
        let count = 0;
        for (let i = 1; i < sizes.length; i++) count += sizes[i - 1] * sizes[i] + sizes[i];
        return count;
      },
    ],
    wrong: [
      [undefined, ([a, b, c]: number[]) => (c === undefined ? (a + 1) * b : (a + 1) * b + (b + 1) * c)],
      [undefined, (sizes: number[]) => sizes.reduce((product, size) => product * size)],
    ],
  },
  flatBump: {
    right: [
      (x, a, b, c, d) => Math.max(0, Math.min(1, (x - a) / (b - a), (d - x) / (d - c))),
      (x, a, b, c, d) => (x <= a || x >= d ? 0 : x < b ? (x - a) / (b - a) : x <= c ? 1 : (d - x) / (d - c)),
    ],
    wrong: [
      ["never comes down", (x, a, b) => Math.max(0, Math.min(1, (x - a) / (b - a)))],
      [undefined, (x, a, _b, _c, d) => Number(x > a && x < d)],
    ],
  },
  slopesByHand: {
    right: [
      (x: number[], W: number[][], v: number[], y: number) => {
        const error = grad((output: Tensor<[]>) => output.sub(y).pow(2));
        const output = (z: Vector) => z.relu().dot(tensor(v) as unknown as Vector) as unknown as Tensor<[]>;
        const z = (tensor(W) as unknown as Matrix).matmul(tensor(x) as unknown as Vector) as Vector;
        const slope = error(output(z)).item();
        const hidden = (grad(output)(z) as Vector).mul(slope);
        return {
          output: slope,
          hidden: hidden.toArray(),
          input: hidden.matmul(tensor(W) as unknown as Matrix).toArray(),
        };
      },
    ],
    wrong: [
      [
        "along h, before the ReLU",
        (x, W, v, y) => {
          const output =
            2 *
            (v[0] * Math.max(0, W[0][0] * x[0] + W[0][1] * x[1]) +
              v[1] * Math.max(0, W[1][0] * x[0] + W[1][1] * x[1]) -
              y);
          const on = [0, 1].map((i) => Number(W[i][0] * x[0] + W[i][1] * x[1] > 0));
          const input = [0, 1].map((j) => output * (v[0] * on[0] * W[0][j] + v[1] * on[1] * W[1][j]));
          return { output, hidden: [output * v[0], output * v[1]], input };
        },
      ],
      [
        "neuron that is off",
        (x, W, v, y) => {
          const z = W.map((row: number[]) => row[0] * x[0] + row[1] * x[1]);
          const output = 2 * (v[0] * Math.max(0, z[0]) + v[1] * Math.max(0, z[1]) - y);
          const hidden = [output * v[0], output * v[1]];
          return { output, hidden, input: [0, 1].map((i) => hidden[0] * W[0][i] + hidden[1] * W[1][i]) };
        },
      ],
    ],
  },
  logistic: {
    right: [
      (x: Matrix, truths: Vector, rate, steps) => {
        let [w, b]: [number[], number] = [Array.from({ length: x.shape[1] }, () => 0), 0];
        const [rows, answers] = [x.toArray(), truths.toArray()];
        for (let step = 0; step < steps; step++) {
          const deltas = rows.map((row, i) => {
            const z = row.reduce((sum, value, j) => sum + value * w[j], b);
            return (1 / (1 + Math.exp(-z)) - answers[i]) / rows.length;
          });
          w = w.map((value, j) => value - rate * total(rows.map((row, i) => deltas[i] * row[j])));
          b -= rate * total(deltas);
        }
        return { w: tensor(w), b };
      },
    ],
    wrong: [
      [
        "whatever `steps` says",
        (x: Matrix, truths: Vector, rate) => {
          const delta = truths.neg().add(0.5).div(truths.shape[0]) as Vector;
          return { w: delta.matmul(x).mul(-rate), b: -rate * delta.sum().item() };
        },
      ],
    ],
  },
  hiddenSignal: {
    right: [
      (W: Matrix, delta: Vector, z: Vector) => delta.matmul(W).mul(z.gt(0).to(z.dtype)),
      (W: Matrix, delta: Vector, z: Vector) => {
        const back = W.T.matmul(delta).toArray() as number[];
        return back.map((value, i) => (z.at(i).item() > 0 ? value : 0));
      },
    ],
    wrong: [
      ["transpose W", (W: Matrix, delta: Vector, z: Vector) => delta.matmul(W.T).mul(z.gt(0).to(z.dtype))],
      ["after Wᵀ, not before", (W: Matrix, delta: Vector, z: Vector) => W.T.matmul(delta.mul(z.gt(0).to(z.dtype)))],
    ],
  },
  outputGradient: {
    right: [
      (logits: Vector, truths: Vector) => {
        const n = logits.size;
        return logits.toArray().map((z, i) => (1 / (1 + Math.exp(-z)) - truths.at(i).item()) / n);
      },
    ],
    wrong: [[undefined, (logits: Vector, truths: Vector) => logits.tanh().sub(truths).div(truths.size)]],
  },
  shareRight: {
    right: [
      (logits: Matrix, truths: number[]) =>
        total(truths.map((truth, i) => Number(logits.at(i).argmax().item() === truth))) / truths.length,
      (logits: Matrix, truths: number[]) =>
        total(truths.map((truth, i) => Number(logits.softmax().at(i).argmax().item() === truth))) / truths.length,
    ],
    wrong: [
      [
        undefined,
        (logits: Matrix, truths: number[]) =>
          total(truths.map((truth, i) => Number(logits.at(i).at(truth).item() > 0))) / truths.length,
      ],
    ],
  },
};

/** Cosine of b − a + c with every row. */
const likeness = (rows: Matrix, a: number, b: number, c: number) => {
  const target = rows.at(b).sub(rows.at(a)).add(rows.at(c));
  return rows.matmul(target).div(rows.norm(1)).toArray() as number[];
};
const bestBut = (scores: number[], barred: number[]) => {
  const left = scores.map((score, i) => (barred.includes(i) ? -Infinity : score));
  return left.indexOf(Math.max(...left));
};

const attention: Record<string, Attempts> = {
  analogy: {
    right: [
      (rows: Matrix, a: number, b: number, c: number) => bestBut(likeness(rows, a, b, c), [a, b, c]),
      (rows: Matrix, a: number, b: number, c: number) => {
        const scores = likeness(rows, a, b, c);
        const order = [...scores.keys()].sort((i, j) => scores[j] - scores[i]);
        return order.find((i) => i !== a && i !== b && i !== c);
      },
    ],
    wrong: [
      ...[[], [0], [1], [2], [0, 1], [0, 2], [1, 2]].map(
        (left) =>
          [
            "leave rows a, b and c out",
            (rows: Matrix, ...given: number[]) =>
              bestBut(
                likeness(rows, given[0], given[1], given[2]),
                left.map((i) => given[i]),
              ),
          ] as const,
      ),
      [
        undefined,
        (rows: Matrix, a: number, b: number, c: number) => bestBut(likeness(rows, a, b, c).map(Math.abs), [a, b, c]),
      ],
      [
        undefined,
        (rows: Matrix, a: number, b: number, c: number) =>
          bestBut(likeness(rows.div(rows.norm(1, { keepdims: true })), a, b, c), [a, b, c]),
      ],
      [undefined, () => 3],
    ],
  },
  skipGramUpdate: {
    right: [
      (center: number[], others: number[][], truths: number[], rate: number) => {
        const [v, u] = [tensor(center), tensor(others)];
        const error = u.matmul(v).sigmoid().sub(tensor(truths));
        return v.sub(u.T.matmul(error).mul(rate)).toArray();
      },
    ],
    wrong: [
      [
        "uphill",
        (center: number[], others: number[][], truths: number[], rate: number) => {
          const [v, u] = [tensor(center), tensor(others)];
          return v.add(u.T.matmul(u.matmul(v).sigmoid().sub(tensor(truths))).mul(rate)).toArray();
        },
      ],
      [undefined, (center: number[]) => center],
    ],
  },
  splitHeads: {
    right: [
      (rows: number[][], heads: number) =>
        tensor(rows)
          .reshape([rows.length, heads, rows[0].length / heads])
          .transpose(0, 1)
          .toArray(),
    ],
    wrong: [
      [
        "mixes words",
        (rows: number[][], heads: number) =>
          tensor(rows)
            .reshape([heads, rows.length, rows[0].length / heads])
            .toArray(),
      ],
      [undefined, (rows: number[][], heads: number) => Array.from({ length: heads }, () => rows)],
    ],
  },
  residual: {
    right: [(x: Tensor, norm: (x: Tensor) => Tensor, part: (x: Tensor) => Tensor) => part(norm(x)).add(x)],
    wrong: [
      ["post-norm", (x: Tensor, norm: (x: Tensor) => Tensor, part: (x: Tensor) => Tensor) => norm(part(x).add(x))],
      [undefined, (x: Tensor) => x],
    ],
  },
  generate: {
    right: [
      (prompt: number[], count: number, read: (token: number) => number[]) => {
        const text = [...prompt];
        for (let i = 0; i + 1 < prompt.length + count; i++) {
          const scores = read(text[i]);
          if (i + 1 === text.length) text.push(scores.indexOf(Math.max(...scores)));
        }
        return text.slice(prompt.length);
      },
    ],
    wrong: [
      [
        "last token of the prompt",
        (prompt: number[], count: number, read: (token: number) => number[]) => {
          const text = [prompt[prompt.length - 1]];
          while (text.length <= count) {
            const scores = read(text[text.length - 1]);
            text.push(scores.indexOf(Math.max(...scores)));
          }
          return text.slice(1);
        },
      ],
      [undefined, (_prompt: number[], count: number) => Array<number>(count).fill(0)],
    ],
  },
  lookUp: {
    right: [
      (query: Vector, keys: Matrix, values: Matrix) =>
        keys.matmul(query).div(Math.sqrt(keys.shape[1])).softmax().matmul(values),
      (query: Vector, keys: Matrix, values: Matrix) =>
        keys.div(Math.sqrt(query.size)).matmul(query).softmax().matmul(values),
    ],
    wrong: [
      [
        undefined,
        (query: Vector, keys: Matrix, values: Matrix) =>
          keys.matmul(query).div(Math.sqrt(values.shape[1])).softmax().matmul(values),
      ],
      [undefined, (_query: Vector, _keys: Matrix, values: Matrix) => values.mean(0)],
    ],
  },
  encoding: {
    right: [
      (position: number, channel: number, dModel: number) => {
        const even = channel - (channel % 2);
        return Math.sin(position * Math.exp((-Math.log(10_000) * even) / dModel) + (channel % 2) * (Math.PI / 2));
      },
    ],
    wrong: [
      [
        undefined,
        (position: number, channel: number) =>
          (channel % 2 ? Math.cos : Math.sin)(position / 10_000 ** ((channel - (channel % 2)) / 4)),
      ],
      [
        undefined,
        (position: number, channel: number, dModel: number) =>
          (channel % 2 ? Math.cos : Math.sin)(position / 10_000 ** (Math.floor(channel / 2) / (dModel / 2 - 1))),
      ],
    ],
  },
  perplexity: {
    right: [
      (chances: number[]) => chances.reduce((product, p) => product * p, 1) ** (-1 / chances.length),
      (chances: number[]) => 2 ** (-total(chances.map(Math.log2)) / chances.length),
    ],
    wrong: [
      ["averaged the probabilities first", (chances: number[]) => 1 / (total(chances) / chances.length)],
      ["after Math.log2", (chances: number[]) => Math.exp(-total(chances.map(Math.log2)) / chances.length)],
      [undefined, (chances: number[]) => Math.exp(-Math.log(Math.max(...chances)))],
    ],
  },
  secondWins: {
    right: [(drop: Drop) => drop(1, 1.25), (drop: Drop) => drop(1.5, 1)],
    wrong: [
      ["further than ½", (drop: Drop) => drop(1.5, 1.5)],
      ["match as well or better", (drop: Drop) => drop(0.9, 0.9)],
      [undefined, (drop: Drop) => `${drop(1.2, 1.2)}!` as "wins"],
    ],
  },
  beat: {
    right: [(race: Race) => race({ steps: 720 / 3, lines: 8, lr: 2e-2, layers: 2 })],
    wrong: [
      ["costs more multiply-adds", (race: Race) => race({ layers: 4 })],
      ["no better", (race: Race) => race({ channels: 32, heads: 4, layers: 2 })],
    ],
  },
};

const picturesAndWords: Record<string, Attempts> = {
  contrastOf: {
    right: [
      (scores: number[][]) => {
        const table = tensor(scores);
        const own = (logs: Matrix) => total(scores.map((_, i) => logs.at(i).at(i).item())) / scores.length;
        return -(own(table.logSoftmax(1)) + own(table.logSoftmax(0))) / 2;
      },
    ],
    wrong: [
      [
        undefined,
        (scores: number[][]) => {
          const table = tensor(scores);
          return -total(scores.map((_, i) => table.softmax(1).at(i).at(i).item())) / scores.length;
        },
      ],
    ],
  },
};

const countingCompany: Record<string, Attempts> = {
  gloveLoss: {
    right: [
      (w: number[], u: number[], b: number, c: number, X: number) => {
        const off = total(w.map((value, i) => value * u[i])) + b + c - Math.log(Math.max(X, 1));
        return X > 0 ? off * off * (X < 100 ? Math.sqrt(Math.sqrt(X / 100)) ** 3 : 1) : 0;
      },
    ],
    wrong: [
      [
        "stops at 1",
        (w: number[], u: number[], b: number, c: number, X: number) =>
          X === 0 ? 0 : (X / 100) ** 0.75 * (total(w.map((value, i) => value * u[i])) + b + c - Math.log(X)) ** 2,
      ],
      [
        undefined,
        (w: number[], u: number[], b: number, c: number, X: number) =>
          Math.min(1, (X / 100) ** 0.75) * (total(w.map((value, i) => value * u[i])) + b + c - Math.log(1 + X)) ** 2,
      ],
    ],
  },
};

const turningTheKeys: Record<string, Attempts> = {
  mergeHeads: {
    right: [
      (answers: Tensor<[number, number, number]>) =>
        (answers.toArray() as number[][][])[0].map((_, t) =>
          (answers.toArray() as number[][][]).flatMap((head) => head[t]),
        ),
      (answers: Tensor<[number, number, number]>) =>
        concat(
          Array.from({ length: answers.shape[0] }, (_, h) => answers.at(h)),
          1,
        ),
    ],
    wrong: [
      [
        "interleaved",
        (answers: Tensor<[number, number, number]>) =>
          answers
            .transpose(0, 2)
            .transpose(0, 1)
            .reshape([answers.shape[1], answers.shape[0] * answers.shape[2]]),
      ],
      [undefined, (answers: Tensor<[number, number, number]>) => answers.mean(0)],
    ],
  },
};

const scaling: Record<string, Attempts> = {
  powerLaw: {
    right: [
      (x1: number, y1: number, x2: number, y2: number, x: number) => {
        const along = Math.log2(x / x1) / Math.log2(x2 / x1);
        return y1 ** (1 - along) * y2 ** along;
      },
    ],
    wrong: [
      [
        "ordinary axes",
        (x1: number, y1: number, x2: number, y2: number, x: number) => {
          const slope = (y2 - y1) / (x2 - x1);
          return y2 + slope * (x - x2);
        },
      ],
      [
        undefined,
        (x1: number, y1: number, x2: number, y2: number, x: number) => y1 * (x / x1) ** ((y2 - y1) / (x2 - x1)),
      ],
    ],
  },
};

/** By lesson and exercise. */
export const attempts: Record<string, Record<string, Attempts>> = {
  "01-linear-algebra": linearAlgebra,
  "02-optimization": optimization,
  "03-neural-nets": neuralNets,
  "04-attention": attention,
  "pictures-and-words": picturesAndWords,
  "counting-company": countingCompany,
  "turning-the-keys": turningTheKeys,
  scaling,
};
