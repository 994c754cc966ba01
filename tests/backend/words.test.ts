/** @file Word vectors by negative sampling: the same bits from both backends, and steps along the gradient of the loss. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Backend, NegativeSamplingSteps } from "../../lib/backend/index.js";
import { reference } from "../../lib/backend/reference/reference.js";
import { simd } from "../../lib/backend/wasm/wasm.js";
import { type Tensor, tensor } from "../../lib/index.js";

const numbers = (length: number) =>
  fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: length, maxLength: length });

/** Tables of `words` words, and steps whose sources and targets are among them. */
const lessons = fc
  .record({
    words: fc.integer({ min: 1, max: 6 }),
    width: fc.constantFrom(4, 8, 12),
    perStep: fc.integer({ min: 1, max: 9 }),
    steps: fc.integer({ min: 0, max: 6 }),
  })
  .chain(({ words, width, perStep, steps }) => {
    const word = fc.integer({ min: 0, max: words - 1 });
    const noise = fc.oneof({ weight: 5, arbitrary: word }, { weight: 1, arbitrary: fc.constant(-1) });
    const step = fc.record({
      sources: fc.array(word, { minLength: 1, maxLength: 5 }),
      targets: fc
        .tuple(word, fc.array(noise, { minLength: perStep - 1, maxLength: perStep - 1 }))
        .map(([first, rest]) => [first, ...rest]),
      rate: fc.double({ min: 0, max: 0.5, noNaN: true }),
    });
    return fc.record({
      width: fc.constant(width),
      input: numbers(words * width),
      output: numbers(words * width),
      steps: fc.array(step, { minLength: steps, maxLength: steps }).map(
        (list): NegativeSamplingSteps => ({
          starts: Int32Array.from([0, ...list.map((_, i) => list.slice(0, i + 1).flatMap((s) => s.sources).length)]),
          sources: Int32Array.from(list.flatMap((s) => s.sources)),
          targets: Int32Array.from(list.flatMap((s) => s.targets)),
          perStep,
          rates: Float32Array.from(list, (s) => s.rate),
        }),
      ),
    });
  });

function learned(backend: Backend, input: number[], output: number[], width: number, steps: NegativeSamplingSteps) {
  const tables = [Float32Array.from(input), Float32Array.from(output)];
  const loss = backend.negativeSampling(tables[0], tables[1], width, steps);
  return { loss, input: [...tables[0]], output: [...tables[1]] };
}

describe("negative sampling", () => {
  it("gives the same bits in WebAssembly and in the reference", () => {
    fc.assert(
      fc.property(lessons, ({ input, output, width, steps }) => {
        expect(learned(simd, input, output, width, steps)).toEqual(learned(reference, input, output, width, steps));
      }),
    );
  });

  it("moves along the gradient of the loss, which it returns", () => {
    const [input, output] = [
      [0.3, -0.2, 0.5, 0.1, -0.4, 0.6, 0.2, -0.1],
      [0.1, 0.4, -0.3, 0.2, 0.5, -0.6, 0.1, 0.3],
    ];
    const rate = 0.125;
    const steps = {
      starts: Int32Array.of(0, 2),
      sources: Int32Array.of(0, 1),
      targets: Int32Array.of(1, 0, -1),
      perStep: 3,
      rates: Float32Array.of(rate),
    };
    const options = { dtype: "float64", requiresGrad: true } as const;
    const v = tensor(input, options).reshape([2, 4]);
    v.retainGrad();
    const u = tensor(output, options);
    const h = v.mean(0);
    h.retainGrad();
    const [noise, word] = [0, 1].map((row) => u.reshape([2, 4]).at(row).dot(h) as unknown as Tensor<[]>);
    const loss = word.neg().softplus().add(noise.softplus());
    loss.backward();
    const after = learned(simd, input, output, 4, steps);
    expect(after.loss).toBeCloseTo(loss.item(), 6);
    const slopes = u.grad?.toArray() as number[];
    for (const [i, value] of output.entries()) expect(after.output[i]).toBeCloseTo(value - rate * slopes[i], 6);
    const wanted = h.grad?.toArray() as number[];
    for (const [i, value] of input.entries()) expect(after.input[i]).toBeCloseTo(value - rate * wanted[i % 4], 6);
  });
});
