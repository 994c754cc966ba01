/** @file Negative sampling in WebAssembly: both tables are copied in, changed, and copied back. */

import type { Backend } from "../backend.js";
import { rowMajor } from "../views.js";
import { copyBack, copyInIntegers, copyInSpan, reserve, resetArena, wasm } from "./memory.js";

export const negativeSampling: Backend["negativeSampling"] = (input, output, width, steps) => {
  const { starts, sources, targets, perStep, rates } = steps;
  resetArena();
  const [inputAt, outputAt] = [copyInSpan(input, 0, input.length), copyInSpan(output, 0, output.length)];
  const [startsAt, sourcesAt, targetsAt] = [starts, sources, targets].map((list) =>
    copyInIntegers(rowMajor(list, [list.length])),
  );
  const loss = wasm.negativeSampling(
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
};
