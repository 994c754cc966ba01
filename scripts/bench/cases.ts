/** @file What is measured, and how many times faster than its peers this library means to be. */

export interface Case {
  readonly title: string;
  /** The title, where there is little room. */
  readonly short: string;
  /** For a peer's name, the least ratio of its time to ours. */
  readonly goals?: Readonly<Record<string, number>>;
  /** What a step does many of, to tell how many a second. */
  readonly counts?: { readonly unit: string; readonly perStep: number };
}

export const cases: Readonly<Record<string, Case>> = {
  matmul64: { title: "64 × 64 matrices", short: "64 × 64 matrices" },
  matmul128: { title: "128 × 128 matrices", short: "128 × 128" },
  matmul256: { title: "256 × 256 matrices", short: "256 × 256" },
  matmul512: { title: "512 × 512 matrices", short: "512 × 512", goals: { "tfjs wasm": 1.25, "jax-js": 1.6 } },
  matmul1024: { title: "1024 × 1024 matrices", short: "1024 × 1024" },
  xor: {
    title: "XOR, 2-8-1 tanh, 2000 Adam steps",
    short: "XOR",
    goals: { "tfjs wasm": 50, PyTorch: 50, "brain.js": 1 },
  },
  mnist: {
    title: "MNIST step, 784-128-10, batch 64, Adam",
    short: "MNIST",
    goals: { "tfjs wasm": 8, "jax-js": 2, PyTorch: 0.9 },
  },
  attention: {
    title: "attention, B8 T64 C128 H4, forward and backward",
    short: "attention",
    goals: { "tfjs wasm": 10, "jax-js": 2, PyTorch: 0.6 },
  },
  gpt: {
    title: "GPT step, 4 layers, C128 H4 T64 B16 V65, AdamW",
    short: "GPT",
    goals: { "tfjs wasm": 12, "jax-js": 2, PyTorch: 0.5 },
  },
  skipgram: {
    title: "skip-gram, 5000 words, 48 numbers each, 5 words of noise",
    short: "skip-gram",
    counts: { unit: "pairs", perStep: 100_000 },
  },
};

/** What a plain loop in a peer would take minutes for. */
export const hopeless = new Set([
  "tfjs cpu gpt",
  "tfjs cpu attention",
  "js-pytorch matmul512",
  "js-pytorch matmul1024",
]);
