/** @file What a program gives here, held against what PyTorch gave. */

import { grad, type Tensor, tensor } from "../../lib/index.js";
import { apply, type Written } from "../pytorch/calls.js";
import { laidOut } from "../tensor/layouts.js";
import type { Program } from "./programs.js";

/** The result, the gradient of Σ wᵢ yᵢ by each input, and the gradient of Σ Σ wᵢ gᵢ, w as in tests/pytorch/edges.py. */
export interface Answer<Numbers = Written> {
  readonly shape: readonly number[];
  readonly values: Numbers;
  readonly gradients: readonly Numbers[];
  readonly second: readonly Numbers[];
}
/** PyTorch's answer; in float64 too, where the program is in float32, to tell how much rounding matters. */
export interface Reference extends Answer {
  readonly exact?: Answer;
}

function run({ steps }: Program, inputs: readonly Tensor[]): Tensor {
  const made = [...inputs];
  for (const step of steps) made.push(apply(step, made));
  return made[made.length - 1];
}

function weighted(tensors: readonly Tensor[]): Tensor {
  const sums = tensors.map((x) => {
    const weights = Float64Array.from({ length: x.size }, (_, i) => (((7 * i) % 11) - 4.5) / 4);
    return x.flatten().mul(tensor(weights).to(x.dtype)).sum() as Tensor;
  });
  return sums.reduce((a, b) => a.add(b));
}

const gradients = (f: (...xs: Tensor[]) => Tensor, xs: readonly Tensor[]): Tensor[] => {
  const found = grad(f)(...xs) as unknown as Tensor | Tensor[];
  return Array.isArray(found) ? found : [found];
};

export function answer(program: Program): Answer<ArrayLike<number>> {
  const inputs = program.inputs.map(({ shape, layout, values }) => laidOut(layout, shape, values, program.dtype));
  const y = run(program, inputs);
  const first = (...xs: Tensor[]) => weighted([run(program, xs)]);
  return {
    shape: y.shape,
    values: y.toTypedArray(),
    gradients: gradients(first, inputs).map((g) => g.toTypedArray()),
    second: gradients((...xs) => weighted(gradients(first, xs)), inputs).map((g) => g.toTypedArray()),
  };
}

/** Each result that is further from PyTorch's than rounding explains. */
export function differences(program: Program, reference: Reference): string[] {
  const ours = answer(program);
  if (ours.shape.join() !== reference.shape.join()) return [`shape [${ours.shape}], not [${reference.shape}]`];
  const exact = reference.exact ?? reference;
  return [
    ...compare("value", ours.values, reference.values, exact.values),
    ...ours.gradients.flatMap((g, k) => compare(`gradient ${k}`, g, reference.gradients[k], exact.gradients[k])),
    ...ours.second.flatMap((g, k) => compare(`second gradient ${k}`, g, reference.second[k], exact.second[k])),
  ];

  function compare(what: string, found: ArrayLike<number>, theirs: Written, exactly: Written): string[] {
    const lost = largest(theirs.map((value, i) => Number(value) - Number(exactly[i])));
    const size = Math.max(1, largest(exactly.map(Number)));
    const allowed = program.dtype === "float64" ? 1e-9 * size : 20 * lost + 1e-4 * size;
    const i = theirs.findIndex(
      (value, i) => !(Object.is(found[i], Number(value)) || Math.abs(found[i] - Number(value)) <= allowed),
    );
    return i < 0 ? [] : [`${what}, element ${i}: ${found[i]}, not ${theirs[i]} (± ${allowed})`];
  }
}

const largest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
