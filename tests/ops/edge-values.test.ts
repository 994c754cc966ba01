/** @file Every operation at the edges of arithmetic: value, gradient and second gradient are PyTorch's or, as edge-values.ts says, the limit. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { grad, type Tensor, tensor } from "../../lib/index.js";
import { apply, type Call, type Written } from "../pytorch/calls.js";
import { type Cell, type Departure, departures } from "./edge-values.js";

const dtypes = ["float64", "float32"] as const;
type Float = (typeof dtypes)[number];

/** See tests/pytorch/edges.py. */
interface Case extends Call {
  /** Numbers by their place among the points. */
  readonly cells: readonly (readonly number[])[];
  readonly shapes: readonly (readonly number[])[];
  readonly beside: readonly number[];
  readonly float32: Result;
  readonly float64: Result;
}
interface Result {
  readonly values: Written;
  /** For each input. */
  readonly gradients: readonly Written[];
  readonly second: readonly Written[];
}
const text = readFileSync(new URL("../pytorch/edges.json", import.meta.url), "utf8");
const { points, cases } = JSON.parse(text) as { points: Record<Float, Written>; cases: Case[] };

const precision = {
  float64: { relative: 1e-13, denormal: 1e-320, round: (x: number) => x },
  float32: { relative: 4e-6, denormal: 1e-43, round: Math.fround },
};

const weight = (i: number): number => (((7 * i) % 11) - 4.5) / 4;
const inRows = ({ shapes: [shape] }: Case) => shape.length === 2 && shape[1] === 2;
const numbers = ({ cells }: Case, dtype: Float) =>
  cells.map((cell) => cell.map((i) => precision[dtype].round(Number(points[dtype][i]))));

function inputs(one: Case, dtype: Float): Tensor[] {
  const drawn = numbers(one, dtype);
  const columns = inRows(one) ? [drawn.flat()] : drawn[0].map((_, k) => drawn.map((cell) => cell[k]));
  const all = one.beside.length > 0 ? [...columns, one.beside] : columns;
  return all.map((values, k) => tensor([...values], { dtype }).reshape(one.shapes[k]) as Tensor);
}

/** Σ wᵢ xᵢ of each tensor, added up. */
function weighted(tensors: readonly Tensor[]): Tensor {
  const sums = tensors.map((x) => {
    const weights = tensor(
      Array.from({ length: x.size }, (_, i) => weight(i)),
      { dtype: x.dtype },
    );
    return x.flatten().mul(weights).sum() as Tensor;
  });
  return sums.reduce((a, b) => a.add(b));
}

const gradients = (f: (...xs: Tensor[]) => Tensor, xs: readonly Tensor[]): Tensor[] => {
  const found = grad(f)(...xs) as unknown as Tensor | Tensor[];
  return Array.isArray(found) ? found : [found];
};

function evaluate(one: Case, dtype: Float): Record<Departure["of"], ArrayLike<number>[]> {
  const given = inputs(one, dtype);
  const first = (...xs: Tensor[]) => weighted([apply(one, xs)]);
  return {
    values: [apply(one, given).toTypedArray()],
    gradients: gradients(first, given).map((g) => g.toTypedArray()),
    second: gradients((...xs) => weighted(gradients(first, xs)), given).map((g) => g.toTypedArray()),
  };
}

/** Element `i` of an array with some elements for each cell. */
function cellAt(one: Case, dtype: Float, input: number, i: number, size: number): Cell {
  const each = size / one.cells.length;
  const n = Math.floor(i / each);
  const x = numbers(one, dtype)[n] ?? [];
  const last = one.args[one.args.length - 1];
  const across = one.beside.length / one.cells.length;
  const beside = one.beside[Math.floor(n * across)] ?? (typeof last === "number" ? last : NaN);
  const rows = inRows(one);
  const u = x.map((_, j) => weight(rows ? 2 * n + j : n));
  return { x, beside, k: rows ? i % 2 : input, w: weight(n), u, round: precision[dtype].round };
}

function isClose(dtype: Float, found: number, expected: number, scale: number): boolean {
  const { relative, denormal, round } = precision[dtype];
  const wanted = round(expected);
  if (found === wanted || (Number.isNaN(found) && Number.isNaN(wanted))) return true;
  return Math.abs(found - wanted) <= relative * Math.max(Math.abs(wanted), scale) + denormal;
}

const names = [...new Set(cases.map(({ op }) => op))] as (keyof typeof departures)[];

describe.each(names)("%s", (name) => {
  const used = new Set<Departure>();

  it.each(dtypes)("is right at the edges of %s", (dtype) => {
    const wrong: string[] = [];
    for (const one of cases.filter(({ op }) => op === name)) {
      const found = evaluate(one, dtype);
      for (const of of ["values", "gradients", "second"] as const) {
        const expected = of === "values" ? [one[dtype].values] : one[dtype][of];
        for (const [k, list] of expected.entries()) {
          for (const [i, theirs] of list.entries()) {
            const cell = cellAt(one, dtype, k, i, list.length);
            const departure = departures[name].find((one) => one.of === of && one.at(cell));
            const is = departure?.is ?? Number(theirs);
            const right = typeof is === "number" ? is : is(cell);
            const got = found[of][k][i];
            const scale = departure?.scale?.(cell) ?? 0;
            if (departure && !isClose(dtype, Number(theirs), right, scale)) used.add(departure);
            if (isClose(dtype, got, right, scale)) continue;
            wrong.push(
              `${JSON.stringify(one.args).slice(0, 60)} at [${cell.x}]: ${of} ${k}, ${i} is ${got}, not ${right}`,
            );
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("departs from PyTorch only where it says so", () => {
    expect(departures[name].filter((one) => !used.has(one)).map(({ of, because }) => `${of}: ${because}`)).toEqual([]);
  });
});

it("has every operation in PyTorch's table", () => {
  expect(Object.keys(departures).filter((name) => !names.includes(name as (typeof names)[number]))).toEqual([]);
});
