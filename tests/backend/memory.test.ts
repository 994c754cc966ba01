/** @file Memory: training in a synchronous loop stays flat, and what is kept stays as it was. */

import { afterEach, describe, expect, it } from "vitest";
import { crossEntropy, nn, optim, randint, randn, setThreads, type Tensor } from "../../lib/index.js";

const MB = 2 ** 20;

/** Trains without ever returning to the event loop; `each` sees every step's hidden values. */
function train(
  steps: number,
  each: (hidden: Tensor<[number, 16]>) => void,
  batch = 16,
): { before: number; after: number } {
  const [first, second] = [new nn.Linear(784, 16), new nn.Linear(16, 10)];
  const optimizer = new optim.Adam([...first.parameters(), ...second.parameters()]);
  const x = randn([batch, 784]);
  const y = randint(0, 10, [batch]);
  let before = 0;
  for (let i = 0; i < steps; i++) {
    if (i === steps / 10) before = process.memoryUsage().rss;
    const hidden = first.forward(x).tanh();
    optimizer.zeroGrad();
    crossEntropy(second.forward(hidden), y).backward();
    optimizer.step();
    each(hidden);
  }
  return { before, after: process.memoryUsage().rss };
}

describe("memory", () => {
  afterEach(() => setThreads(1));

  it.each([1, 2, 3])("stays flat over 10,000 training steps, threads: %i", { timeout: 120_000 }, (count) => {
    setThreads(count);
    const { before, after } = train(10_000, () => {});
    expect(after - before).toBeLessThan(150 * MB);
  });

  it.each([
    [16, 180],
    [64, 240],
  ])(
    "holds what is kept, unchanged: every hidden value of 10,000 steps of %i rows, in %i MB",
    (batch, most) => {
      const kept: { hidden: Tensor<[number, 16]>; sum: number }[] = [];
      const keep = (hidden: Tensor<[number, 16]>) => kept.push({ hidden: hidden.detach(), sum: hidden.sum().item() });
      const { before, after } = train(10_000, keep, batch);
      for (const { hidden, sum } of kept) expect(hidden.sum().item()).toBe(sum);
      // 10,000 arrays of 1 or 4 kB, and a few times as much for what surrounds them and shares their buffers.
      expect(after - before).toBeLessThan(most * MB);
    },
    120_000,
  );
});
