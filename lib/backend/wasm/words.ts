/** @file Negative sampling in WebAssembly: both tables are copied in, changed, and copied back. */

import type { NegativeSamplingSteps } from "../backend.js";
import { reference } from "../reference/reference.js";
import { rowMajor } from "../views.js";
import { accelerated } from "./accelerated.js";
import { copyBack, copyInIntegers, copyInSpan, reserve, wasm } from "./memory.js";

function run(input: Float32Array, output: Float32Array, width: number, steps: NegativeSamplingSteps): number {
  const { starts, sources, targets, perStep, rates } = steps;
  const [inputAt, outputAt] = [copyInSpan(input, 0, input.length), copyInSpan(output, 0, output.length)];
  const [startsAt, sourcesAt, targetsAt] = [starts, sources, targets].map((list) =>
    copyInIntegers(rowMajor(list, [list.length])),
  );
  const loss = wasm().negativeSampling(
    rates.length,
    width * 4,
    inputAt,
    outputAt,
    startsAt,
    sourcesAt,
    targetsAt,
    perStep,
    copyInSpan(rates, 0, rates.length),
    reserve(width),
    reserve(width),
    reserve(perStep),
  );
  copyBack(inputAt, input);
  copyBack(outputAt, output);
  return loss;
}

export const negativeSampling = accelerated(reference.negativeSampling, () => true, run);
