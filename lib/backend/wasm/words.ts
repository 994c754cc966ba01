/** @file Word vectors learning by guesses, in WebAssembly: both tables are copied in, changed, and copied back. */

import type { Kernels } from "../backend.js";
import { rowMajor } from "../views.js";
import { begin, putNumbers, putSpan, reserve, restore, wasm } from "./memory.js";

export const negativeSampling: Kernels["negativeSampling"] = (input, output, width, guesses) => {
  const { starts, sources, targets, perStep, rates } = guesses;
  begin();
  const [inputAt, outputAt] = [putSpan(input, 0, input.length), putSpan(output, 0, output.length)];
  const [startsAt, sourcesAt, targetsAt] = [starts, sources, targets].map((list) =>
    putNumbers(rowMajor(list, [list.length])),
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
    putSpan(rates, 0, rates.length),
    reserve(width),
    reserve(width),
    reserve(perStep),
  );
  restore(inputAt, input);
  restore(outputAt, output);
  return loss;
};
