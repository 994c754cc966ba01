/** @file One of each figure, as notebooks draw them: what the tests of figures look at. */

import { readMnist } from "../../lib/data/mnist.js";
import * as plot from "../../lib/plot/index.js";

/** A fixed sequence of numbers from 0 to 1 that looks random: the fractions of multiples of the golden ratio. */
const scattered = (n: number, from = 1) => Array.from({ length: n }, (_, i) => ((i + from) * 0.618033988749895) % 1);

/** Sums of three scattered numbers: roughly bell-shaped about 0. */
const bell = (n: number, center = 0) =>
  Array.from({ length: n }, (_, i) => {
    const [a, b, c] = [0.618033988749895, 0.7548776662466927, 0.5497004779019703].map((ratio) => ((i + 1) * ratio) % 1);
    return center + 2 * (a + b + c - 1.5);
  });

const descent = (
  gradient: (x: number, y: number) => [number, number],
  from: [number, number],
  rate: number,
  steps: number,
) => {
  let [x, y] = from;
  const path: [number, number][] = [[x, y]];
  for (let i = 0; i < steps; i++) {
    const [gx, gy] = gradient(x, y);
    [x, y] = [x - rate * gx, y - rate * gy];
    path.push([x, y]);
  }
  return path;
};

const english = ["The", "cat", "sat", "on", "the", "mat"];
const spanish = ["El", "gato", "se", "sentó", "en", "la", "alfombra"];
const attention = spanish.map((_, i) => {
  const raw = english.map((_, j) => 1 / (1 + 4 * (i - j) ** 2));
  const total = raw.reduce((sum, weight) => sum + weight);
  return raw.map((weight) => weight / total);
});

export const gallery: Record<string, () => plot.Figure> = {
  lines: () => {
    const noise = scattered(2000);
    return plot.lines(
      {
        "mini-batch of 64": noise.map((noise, i) => 2.3 / (1 + i / 60) + 0.05 * noise),
        "full batch": { y: noise.map((_, i) => 2.3 / (1 + i / 400)), as: "dashed" },
      },
      { title: "Small batches learn sooner", x: "step", y: { label: "loss (nats)", log: true } },
    );
  },
  "lines-function": () => {
    const xs = [3, -2.4, 1.92, -1.536, 1.2288];
    return plot.lines(
      { "f(x) = x²": (x) => x * x, "gradient descent, η = 0.9": { x: xs, y: xs.map((x) => x * x), as: "path" } },
      {
        title: "With η = 0.9 the path jumps across the valley, and still comes in",
        x: { label: "x", domain: [-4, 4] },
        y: "f(x)",
      },
    );
  },
  "lines-log": () => {
    const x = [1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1];
    return plot.lines(
      { error: { x, y: [1e-4, 1e-6, 1e-8, 1e-10, 1e-8, 1e-6, 1e-2] } },
      {
        title: "Too small a step is as bad as too large a one",
        x: { label: "step h", log: true },
        y: { label: "|error|", log: true },
      },
    );
  },
  "lines-marked": () => {
    const x = [2, 4, 8, 16, 32, 64];
    const error = (scale: number, power: number) => ({ x, y: x.map((n) => scale / n ** power), as: "marked" as const });
    return plot.lines(
      { tanh: error(1, 3), ReLU: error(0.5, 2) },
      {
        title: "Width helps",
        x: { label: "hidden neurons", log: true, ticks: x },
        y: { label: "mean squared error", log: true },
      },
    );
  },
  scatter: () => {
    const group = (x: number, y: number, from: number) =>
      bell(40).map((dx, i) => [x + dx, y + 2 * scattered(40, from)[i]] as const);
    return plot.scatter(
      { "class A": group(2, 0, 3), "class B": group(-2, -2, 11), "w·x + b = 0": (x) => -2 * x },
      { title: "One line parts the two classes", subtitle: "40 points of each", x: "x₁", y: "x₂" },
    );
  },
  "scatter-labels": () =>
    plot.scatter(
      {
        animals: { x: [1, 1.1, 1.15, 3], y: [1, 1.05, 0.98, 2], labels: ["cat", "dog", "puppy", "lion"] },
        countries: {
          x: [5, 5.2, 4.8, 8, 8.1],
          y: [3, 3.1, 3.05, 1, 1],
          labels: ["France", "Germany", "Spain", "Liechtenstein", "Italy"],
        },
      },
      { title: "Like words stand near each other", x: "first component", y: "second component" },
    ),
  "scatter-equal": () => {
    const cloud = { x: bell(60, 2), y: bell(60, 2).map((x, i) => 0.5 * x + 0.4 * scattered(60, 5)[i]) };
    return plot.scatter(
      { cloud, "the line y = x / 2": (x) => x / 2 },
      { title: "Angles are true where units are equal", x: "x₁", y: "x₂", equal: true, marks: { mean: [2, 1.2] } },
    );
  },
  histogram: () =>
    plot.histogram(bell(2000), {
      title: "Sums of three uniform numbers are nearly Gaussian",
      x: "value",
      curves: { "N(0, 1)": (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI) },
    }),
  bars: () =>
    plot.bars({ cat: 0.7, dog: 0.2, bird: 0.1 }, { title: "The model is fairly sure", x: "animal", y: "probability" }),
  "bars-signed": () =>
    plot.bars(
      {
        "sigmoid + Xavier": -12.6,
        "ReLU, σ = 0.01": -25,
        "ReLU + He": 0,
        "tanh + Xavier": -0.7,
        "ReLU + He + residual": 3.8,
      },
      {
        title: "Only He's scale keeps a gradient alive through 20 layers",
        x: "activation and initialization",
        y: "log₁₀ of the ratio",
      },
    ),
  contours: () =>
    plot.contours((x, y) => x * x + y * y, {
      title: "The gradient stands at right angles to the contours",
      x: { label: "x", domain: [-3, 3] },
      y: { label: "y", domain: [-2.5, 3.5] },
      equal: true,
      arrows: (x, y) => [2 * x, 2 * y],
      series: {
        "gradient at (1, 2), a quarter as long": [
          [1, 2],
          [1.5, 3],
        ],
      },
    }),
  "contours-ravine": () =>
    plot.contours((x, y) => 0.5 * (x * x + 100 * y * y), {
      title: "In a ravine plain descent zigzags",
      x: { label: "x", domain: [-1, 3.5] },
      y: { label: "y", domain: [-1.2, 1.2] },
      series: { "gradient descent, η = 0.0185": descent((x, y) => [x, 100 * y], [3, 1], 0.0185, 40) },
    }),
  "contours-valley": () =>
    plot.contours((x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2, {
      title: "Rosenbrock's valley is curved",
      x: { label: "x", domain: [-2, 2] },
      y: { label: "y", domain: [-1, 3] },
      logLevels: true,
      series: { minimum: { x: [1], y: [1], as: "points", labels: ["minimum"] } },
    }),
  "contours-smooth": () =>
    plot.contours((x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2, {
      title: "The step across the valley is too large, the step along it too small",
      x: { label: "x", domain: [-1.6, 1.6] },
      y: { label: "y", domain: [-0.6, 1.8] },
      levels: [0, 0.1, 0.3, 1, 3, 10, 30, 100, 300],
      equal: true,
      smooth: true,
      marks: { minimum: [1, 1] },
      series: {
        "gradient descent, η = 0.0015": descent(
          (x, y) => [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
          [-0.5, 1.5],
          0.0015,
          300,
        ),
      },
    }),
  "contours-levels": () =>
    plot.multiples(
      [1, 3],
      (slope, width) =>
        plot.contours((x, y) => 1 / (1 + Math.exp(-slope * (x + y))), {
          title: `slope ${slope}`,
          x: { label: "x₁", domain: [-1, 1] },
          y: { label: "x₂", domain: [-1, 1] },
          width,
          equal: true,
          middle: 0.5,
          levels: [0, 0.1, 0.3, 0.5, 0.7, 0.9],
          value: "p",
        }),
      { title: "The steeper the slope, the surer the answer, and the closer together its borders lie" },
    ),
  "contours-boundary": () =>
    plot.contours((x, y) => 0.5 - (2 * x * y) / (1 + x * x + y * y), {
      title: "The net bends its boundary around XOR",
      x: { label: "x₁", domain: [-1.5, 1.5] },
      y: { label: "x₂", domain: [-1.5, 1.5] },
      equal: true,
      middle: 0.5,
      value: "probability of 1",
      series: {
        "0": { x: [1, -1], y: [1, -1], as: "points" },
        "1": { x: [1, -1], y: [-1, 1], as: "points" },
        "two lines": { x: [-2, 2, -2, 1], y: [1, 2, -0.5, -2], as: "segments", color: "#57606a" },
      },
    }),
  heatmap: () =>
    plot.heatmap(attention, {
      title: "gato looks at cat",
      x: "English",
      y: "Spanish",
      rows: spanish,
      columns: english,
      value: "attention",
    }),
  "heatmap-signed": () =>
    plot.heatmap(
      [
        [1, -2, 0],
        [3, 4, -5],
      ],
      { title: "Blue is negative, orange positive", x: "column", y: "row" },
    ),
  "heatmap-large": () =>
    plot.heatmap(
      Array.from({ length: 32 }, (_, i) => Array.from({ length: 50 }, (_, j) => Math.sin((j + 1) / 10 ** (i / 16)))),
      { title: "Each dimension is a wave of its own length", x: "position", y: "dimension", value: "encoding" },
    ),
  confusionMatrix: () => {
    const counts = Array.from({ length: 10 }, (_, i) =>
      Array.from({ length: 10 }, (_, j) => (i === j ? 950 + 3 * i : (i * j) % 7)),
    );
    counts[4][9] = 31;
    return plot.confusionMatrix(counts, {
      title: "4 is taken for 9 more often than anything else",
      x: "predicted digit",
      y: "true digit",
    });
  },
  vectors: () =>
    plot.vectors(
      { a: [2, 1], b: { from: [2, 1], by: [1, 2] }, "a + b": [3, 3] },
      { title: "To add vectors, walk one after the other", x: "x", y: "y" },
    ),
  transformation: () =>
    plot.transformation(
      [
        [1, 1],
        [0, 1],
      ],
      { title: "A shear slides each row, and keeps areas" },
    ),
  digits: () => {
    const { images, labels } = readMnist("test", { limit: 10 });
    const rows = Array.from({ length: 10 }, (_, i) => images.subarray(i * 784, (i + 1) * 784));
    return plot.digits(rows, { title: "Ten handwritten digits", labels: [...labels] });
  },
  "digits-signed": () =>
    plot.digits(
      Array.from({ length: 3 }, (_, k) =>
        Array.from({ length: 64 }, (_, i) => Math.cos(((k + 1) * (i % 8)) / 2) * Math.sin(i / 16)),
      ),
      { title: "Weights of three hidden units", signed: true },
    ),
  graph: () =>
    plot.graph(
      {
        nodes: [
          { id: "x", value: 1, grad: 2 },
          { id: "y", value: 2, grad: 4 },
          { id: "xx", label: "x²", kind: "operation", value: 1 },
          { id: "yy", label: "y²", kind: "operation", value: 4 },
          { id: "sum", label: "+", kind: "operation", value: 5 },
          { id: "f", kind: "result", value: 5, grad: 1 },
        ],
        edges: [
          ["x", "xx", "2x"],
          ["y", "yy", "2y"],
          ["xx", "sum"],
          ["yy", "sum"],
          ["sum", "f"],
        ],
      },
      { title: "The chain rule multiplies along a path" },
    ),
  "graph-slopes": () =>
    plot.graph(
      {
        nodes: [
          { id: "w", value: 0.5, grad: 6 },
          { id: "x", value: 3, grad: 1 },
          { id: "wx", label: "w · x", kind: "operation", value: 1.5, grad: 2 },
          { id: "b", value: -0.5, grad: 2 },
          { id: "z", label: "+", kind: "operation", value: 1, grad: 2 },
          { id: "loss", label: "(·)²", kind: "result", value: 1, grad: 1 },
        ],
        edges: [
          ["w", "wx", 3],
          ["x", "wx", 0.5],
          ["wx", "z", 1],
          ["b", "z", 1],
          ["z", "loss", 2],
        ],
      },
      {
        title: "A gradient is the one after it times the slope between them",
        subtitle: "value | gradient",
        compact: true,
      },
    ),
  "diagram-lookup": () =>
    plot.diagram(
      {
        boxes: {
          query: { at: [0, 1], kind: "input", note: "[D]" },
          keys: { at: [1, 0], kind: "input", note: "[T, D]" },
          scores: { at: [1, 1], label: "compare", note: "q · k" },
          softmax: { at: [2, 1], note: "sums to 1" },
          values: { at: [3, 0], kind: "input", note: "[T, D]" },
          mix: { at: [3, 1], label: "weighted mean" },
          answer: { at: [3, 2], kind: "result", note: "[D]" },
        },
        arrows: [
          ["query", "scores"],
          ["keys", "scores"],
          ["scores", "softmax", "[T]"],
          ["softmax", "mix", "[T]"],
          ["values", "mix"],
          ["mix", "answer"],
        ],
      },
      { title: "A soft look-up answers with a mixture of all values" },
    ),
  "diagram-block": () =>
    plot.diagram(
      {
        boxes: {
          x: { at: [0.5, 0], kind: "input", note: "[T, D]" },
          norm1: { at: [0.5, 1], label: "LayerNorm", kind: "learned" },
          q: { at: [0, 2], label: "W_q", kind: "learned" },
          k: { at: [0.5, 2], label: "W_k", kind: "learned" },
          v: { at: [1, 2], label: "W_v", kind: "learned" },
          scores: { at: [0.25, 3], label: "softmax(q kᵀ / √d)", note: "[T, T]" },
          mix: { at: [0.5, 4], label: "weights · v" },
          plus: { at: [0.5, 5], label: "+" },
          norm2: { at: [0.5, 6], label: "LayerNorm", kind: "learned" },
          mlp: { at: [0.5, 7], label: "MLP", note: "D → 4D → D", kind: "learned" },
          plus2: { at: [0.5, 8], label: "+" },
          y: { at: [0.5, 9], kind: "result", note: "[T, D]" },
        },
        arrows: [
          ["x", "norm1"],
          ["norm1", "q"],
          ["norm1", "k"],
          ["norm1", "v"],
          ["q", "scores"],
          ["k", "scores"],
          ["scores", "mix"],
          { from: "v", to: "mix", via: [[1, 4]] },
          ["mix", "plus"],
          {
            from: "x",
            to: "plus",
            label: "as it is",
            via: [
              [1.45, 0],
              [1.45, 5],
            ],
          },
          ["plus", "norm2"],
          ["norm2", "mlp"],
          ["mlp", "plus2"],
          {
            from: "plus",
            to: "plus2",
            label: "as it is",
            via: [
              [1.45, 5],
              [1.45, 8],
            ],
          },
          ["plus2", "y"],
        ],
        groups: [{ label: "attention", of: ["q", "k", "v", "scores", "mix"] }],
      },
      { title: "A block adds what attention and the MLP find to what is there" },
    ),
  "diagram-heads": () =>
    plot.diagram(
      {
        boxes: {
          x: { at: [1, 0], kind: "input", note: "[B, T, D]" },
          first: { at: [0, 1], label: "head 1", kind: "learned" },
          second: { at: [1, 1], label: "head 2", kind: "learned" },
          third: { at: [2, 1], label: "head 3", kind: "learned" },
          concat: { at: [1, 2], label: "side by side" },
          out: { at: [1, 3], label: "W_o", kind: "learned" },
          y: { at: [1, 4], kind: "result", note: "[B, T, D]" },
        },
        arrows: [
          ["x", "first"],
          ["x", "second"],
          ["x", "third"],
          { from: "first", to: "concat", label: "[B, T, D / 3]", via: [[0, 2]] },
          ["second", "concat"],
          { from: "third", to: "concat", label: "[B, T, D / 3]", via: [[2, 2]] },
          ["concat", "out", "[B, T, D]"],
          ["out", "y"],
        ],
      },
      { title: "Three heads look at the same words in three ways" },
    ),
  "diagram-translator": () =>
    plot.diagram(
      {
        boxes: {
          english: { at: [0, 0], label: "the cat sat", kind: "input" },
          embedded: { at: [0, 1], label: "embedding\n+ position", kind: "learned" },
          self: { at: [0, 2], label: "self-attention", kind: "learned" },
          mlp: { at: [0, 3], label: "MLP", kind: "learned" },
          memory: { at: [0, 4], label: "what the words mean here", note: "[T, D]" },
          spanish: { at: [1.4, 0], label: "el gato …", kind: "input" },
          written: { at: [1.4, 1], label: "embedding\n+ position", kind: "learned" },
          causal: { at: [1.4, 2], label: "causal\nself-attention", kind: "learned" },
          cross: { at: [1.4, 4], label: "cross-attention", kind: "learned" },
          mlp2: { at: [1.4, 5], label: "MLP", kind: "learned" },
          next: { at: [1.4, 6], label: "the next word: se", kind: "result" },
        },
        arrows: [
          ["english", "embedded"],
          ["embedded", "self"],
          ["self", "mlp"],
          ["mlp", "memory"],
          ["spanish", "written"],
          ["written", "causal"],
          ["causal", "cross", "queries"],
          ["memory", "cross", "keys, values"],
          ["cross", "mlp2"],
          ["mlp2", "next"],
        ],
        groups: [
          { label: "encoder, × N", of: ["self", "mlp"] },
          { label: "decoder, × N", of: ["causal", "cross", "mlp2"] },
        ],
      },
      { title: "The decoder asks the encoder at every word it writes" },
    ),
  network: () =>
    plot.network(
      [
        { size: 784, label: "pixels" },
        { size: 128, label: "hidden, ReLU" },
        { size: 10, label: "softmax", units: [..."0123456789"] },
      ],
      { title: "784 numbers go in, 10 come out" },
    ),
  "network-weights": () =>
    plot.network(
      [
        { size: 3, label: "inputs", units: ["cat", "dog", "bird"] },
        { size: 2, label: "hidden", units: ["OR", "AND"] },
        { size: 2, label: "outputs", units: ["yes", "no"] },
      ],
      {
        title: "The second input matters most",
        weights: [
          [
            [1, -2, 0.5],
            [-0.3, 0.2, 1],
          ],
          [
            [1, 1],
            [-1, 2],
          ],
        ],
        biases: [
          [-0.5, -1.5],
          [0, 0.25],
        ],
      },
    ),
  multiples: () =>
    plot.multiples(
      [0.1, 0.5, 0.9, 1.1],
      (rate, width) => {
        const x = Array.from({ length: 9 }, (_, i) => 3 * (1 - 2 * rate) ** i);
        return plot.lines({ x }, { title: `η = ${rate}`, x: "step", y: "x", width, height: 150 });
      },
      { title: "Too bold a step diverges" },
    ),
};
