/** @file Every operation's values and gradients, in both precisions and however laid out, against PyTorch's. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Tensor } from "../../lib/index.js";
import { sizeOf } from "../../lib/shape/rules.js";
import "../helpers/allclose.js";
import { apply, type Call, type Written } from "../pytorch/calls.js";
import { laidOut, layoutNames } from "../tensor/layouts.js";
import { examples } from "./examples.js";

/** See tests/pytorch/ops.py. */
interface Case extends Call {
  readonly inputs: readonly { readonly shape: number[]; readonly values: Written }[];
  readonly shape: readonly number[];
  readonly float64: Result;
  readonly float32: Result;
}
interface Result {
  readonly values: Written;
  readonly gradients?: readonly Written[];
}

const text = readFileSync(new URL("../pytorch/ops.json", import.meta.url), "utf8");
const { cases } = JSON.parse(text) as { cases: Case[] };
const names = [...new Set(cases.map(({ op }) => op))];

const weights = ({ size, shape, dtype }: Tensor): Tensor =>
  laidOut(
    "row-major",
    shape,
    Array.from({ length: size }, (_, i) => (((7 * i) % 11) - 4) / 4),
    dtype,
  );

describe.each(names)("%s", (name) => {
  it.each(["float64", "float32"] as const)("agrees with PyTorch in %s", (dtype) => {
    for (const one of cases.filter(({ op }) => op === name)) {
      for (const layout of layoutNames) {
        const inputs = one.inputs.map(({ shape, values }) => {
          const x = laidOut(layout, shape, values.map(Number), dtype);
          x.requiresGrad = true;
          return x;
        });
        const before = inputs.map((x) => x.data.slice());
        const label = `${one.op} ${JSON.stringify(one.args)}, inputs ${layout}: ${inputs.join("; ")}`;
        const y = apply(one, inputs);
        const { values, gradients } = one[dtype];
        expect(y, label).toBeAllclose({ shape: one.shape, values: values.map(Number) });
        expect(y.requiresGrad, `${label}: gradients flow`).toBe(gradients !== undefined);
        if (!gradients) continue;
        y.backward(weights(y));
        for (const [i, x] of inputs.entries()) {
          const expected = { shape: x.shape, values: gradients[i].map(Number) };
          const grad = x.grad ?? new Tensor(new Float64Array(sizeOf(x.shape)), x.shape);
          expect(grad, `gradient ${i} of ${label}`).toBeAllclose(expected);
        }
        expect(
          inputs.map((x) => x.data),
          `${label}: the inputs are as they were`,
        ).toEqual(before);
      }
    }
  });
});

it("has values for every differentiable operation", () => {
  expect(Object.keys(examples).filter((op) => !names.includes(op))).toEqual([]);
});
