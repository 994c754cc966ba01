/** @file The reference backend against its definitions, element by element, over random shapes and strides. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DType, View } from "../../lib/backend/index.js";
import { reference } from "../../lib/backend/reference/reference.js";
import { rowMajor } from "../../lib/backend/views.js";
import { arrayOf, at, elements, indices, shape, viewOf } from "./views.js";

const dtypes = ["float32", "float64", "int32", "bool"] as const;
const numeric = ["float32", "float64", "int32"] as const;
const dtype = (among: readonly DType[] = numeric) => fc.constantFrom(...among);

const inner = (view: View, axes: number) => view.shape.slice(view.shape.length - axes);
const outer = (view: View, axes: number) => view.shape.slice(0, view.shape.length - axes);

describe("elementwise kernels", () => {
  const operations = {
    add: (a: number, b: number) => a + b,
    sub: (a: number, b: number) => a - b,
    div: (a: number, b: number) => a / b,
    maximum: Math.max,
    minimum: Math.min,
  };

  it.each(Object.entries(operations))("%s works element by element", (name, f) => {
    const pair = fc
      .tuple(shape(), dtype())
      .chain(([size, type]) =>
        fc.tuple(fc.constant(type), viewOf(size, type), fc.oneof(viewOf(size, type), fc.integer({ min: -5, max: 5 }))),
      );
    fc.assert(
      fc.property(pair, fc.boolean(), ([type, view, other], swapped) => {
        const value = (x: View | number, index: number[]) => (typeof x === "number" ? x : at(x, index));
        const [a, b] = swapped ? [other, view] : [view, other];
        const expected = indices(view.shape).map((index) => f(value(a, index), value(b, index)));
        expect(reference.binary(name as keyof typeof operations, a, b)).toEqual(arrayOf(type, expected));
      }),
    );
  });

  it("an int32 product keeps its low 32 bits", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (x, y) => {
        const view = { data: Int32Array.of(x), offset: 0, shape: [], strides: [] };
        expect(reference.binary("mul", view, y)).toEqual(
          Int32Array.of(Number(BigInt.asIntN(32, BigInt(x) * BigInt(y)))),
        );
      }),
    );
  });

  it("a number operand is rounded to the dtype first", () => {
    const x = { data: Float32Array.of(1), offset: 0, shape: [], strides: [] };
    expect(reference.binary("sub", x, 0.1)).toEqual(Float32Array.of(1 - Math.fround(0.1)));
  });

  it("relu, neg, abs, sign, sqrt and leakyRelu work element by element", () => {
    const functions = {
      relu: (x: number) => (x < 0 ? 0 : x),
      neg: (x: number) => -x,
      abs: Math.abs,
      sign: Math.sign,
      sqrt: Math.sqrt,
      leakyRelu: (x: number) => (x < 0 ? x * 0.25 : x),
    };
    fc.assert(
      fc.property(
        fc.tuple(shape(), dtype()).chain(([size, type]) => viewOf(size, type).map((view) => [view, type] as const)),
        ([view, type]) => {
          for (const [name, f] of Object.entries(functions)) {
            expect(reference.unary(name as keyof typeof functions, view, 0.25)).toEqual(
              arrayOf(type, elements(view).map(f)),
            );
          }
        },
      ),
    );
  });

  it("comparisons give bytes", () => {
    const pair = fc
      .tuple(shape(), dtype(dtypes))
      .chain(([size, type]) => fc.tuple(viewOf(size, type), viewOf(size, type)));

    fc.assert(
      fc.property(pair, ([a, b]) => {
        const y = elements(b);
        const holds = { eq: Object.is, lt: (p: number, q: number) => p < q, ge: (p: number, q: number) => p >= q };

        expect(reference.compare("lt", a, b)).toEqual(
          arrayOf(
            "bool",
            elements(a).map((x, i) => Number(holds.lt(x, y[i]))),
          ),
        );
        expect(reference.compare("ge", a, b)).toEqual(
          arrayOf(
            "bool",
            elements(a).map((x, i) => Number(holds.ge(x, y[i]))),
          ),
        );
        expect(reference.compare("eq", a, b)).toEqual(
          arrayOf(
            "bool",
            elements(a).map((x, i) => Number(x === y[i])),
          ),
        );
      }),
    );
  });

  it("where picks from either side", () => {
    const triple = shape().chain((size) =>
      fc.tuple(viewOf(size, "bool"), viewOf(size, "float32"), fc.oneof(viewOf(size, "float32"), fc.constant(7))),
    );
    fc.assert(
      fc.property(triple, ([condition, a, b]) => {
        const expected = indices(condition.shape).map((index) =>
          at(condition, index) ? at(a, index) : typeof b === "number" ? b : at(b, index),
        );
        expect(reference.where(condition, a, b, "float32")).toEqual(arrayOf("float32", expected));
      }),
    );
  });
});

describe("reductions", () => {
  const reducible = fc
    .tuple(shape(), dtype())
    .chain(([size, type]) => fc.tuple(viewOf(size, type), fc.nat({ max: size.length }), fc.constant(type)));

  const groups = (view: View, axes: number) =>
    indices(outer(view, axes)).map((head) => indices(inner(view, axes)).map((tail) => at(view, [...head, ...tail])));

  it("max, min and their positions: the first extreme wins, NaN beats all", () => {
    fc.assert(
      fc.property(reducible, ([view, axes, type]) => {
        fc.pre(!inner(view, axes).includes(0));
        for (const [name, f] of [
          ["max", Math.max],
          ["min", Math.min],
        ] as const) {
          const extremes = groups(view, axes).map((group) => f(...group));
          const values = reference.reduce(name, view, axes);
          expect(Array.from(values, (x) => x + 0)).toEqual(Array.from(arrayOf(type, extremes), (x) => x + 0));
          const places = groups(view, axes).map((group, i) =>
            group.findIndex((x) => x === extremes[i] || (Number.isNaN(x) && Number.isNaN(extremes[i]))),
          );
          expect(reference.argReduce(name, view, axes)).toEqual(arrayOf("int32", places));
        }
      }),
    );
  });

  it("softmax sums to 1 and its logarithm is logSoftmax", () => {
    const values = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(
        fc
          .tuple(shape({ minLength: 1 }), dtype(["float32", "float64"]))
          .chain(([size, type]) => viewOf(size, type, values)),
        (view) => {
          const n = view.shape[view.shape.length - 1];
          const y = reference.softmax(view);
          const logs = reference.logSoftmax(view);
          for (let row = 0; row < y.length; row += n) {
            expect(Array.from(y.slice(row, row + n)).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
          }
          for (const [i, p] of y.entries()) expect(Math.exp(logs[i])).toBeCloseTo(p, 5);
        },
      ),
    );
  });
});

describe("matmul", () => {
  const operands = fc
    .record({
      batch: shape({ maxLength: 2, max: 3 }),
      m: fc.nat({ max: 9 }),
      k: fc.nat({ max: 9 }),
      n: fc.nat({ max: 9 }),
      type: dtype(),
    })
    .chain(({ batch, m, k, n, type }) =>
      fc.tuple(viewOf([...batch, m, k], type), viewOf([...batch, k, n], type), fc.constant(type)),
    );

  it("sums over k from first to last, rounding as the dtype does", () => {
    fc.assert(
      fc.property(operands, ([a, b, type]) => {
        const batch = a.shape.slice(0, -2);
        const [m, k] = a.shape.slice(-2);
        const n = b.shape[b.shape.length - 1];
        const round = type === "float32" ? Math.fround : (x: number) => x;
        const expected = indices([...batch, m, n]).map((index) => {
          const head = index.slice(0, -2);
          const [i, j] = index.slice(-2);
          let sum = 0;
          for (let p = 0; p < k; p++) sum = round(sum + round(at(a, [...head, i, p]) * at(b, [...head, p, j])));
          return sum;
        });
        expect(reference.matmul(a, b)).toEqual(arrayOf(type, expected));
      }),
    );
  });
});

describe("indexing", () => {
  const indexed = fc
    .tuple(shape({ minLength: 1, maxLength: 3 }), fc.nat(), fc.nat({ max: 4 }), dtype())
    .chain(([size, pick, count, type]) => {
      const axis = pick % size.length;
      const length = size[axis] + 1;
      const full = size.map((n, k) => (k === axis ? length : n));
      const result = size.map((n, k) => (k === axis ? count : n));
      const index = viewOf(result, "int32", fc.nat({ max: length - 1 }));
      return fc.tuple(viewOf(full, type), fc.constant(axis), index, viewOf(result, type), fc.constant(type));
    });

  it("gather reads x at the index", () => {
    fc.assert(
      fc.property(indexed, ([x, axis, index, , type]) => {
        const expected = indices(index.shape).map((place) =>
          at(
            x,
            place.map((i, k) => (k === axis ? at(index, place) : i)),
          ),
        );
        expect(reference.gather(x, axis, index)).toEqual(arrayOf(type, expected));
      }),
    );
  });

  it("scatterAdd adds the source at the index, in row-major order", () => {
    fc.assert(
      fc.property(indexed, ([x, axis, index, source, type]) => {
        const expected = arrayOf(
          type,
          indices(x.shape).map(() => 0),
        );
        const where = indices(x.shape).map(String);
        for (const place of indices(index.shape)) {
          const target = place.map((i, k) => (k === axis ? at(index, place) : i));
          expected[where.indexOf(String(target))] += at(source, place);
        }
        const zeros = arrayOf(
          type,
          indices(x.shape).map(() => 0),
        );
        reference.scatterAdd(rowMajor(zeros, x.shape), axis, index, source);
        expect(zeros).toEqual(expected);
      }),
    );
  });

  it("assign writes a view's elements and nothing between them, even from itself", () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    const shifted = (offset: number): View => ({ data, offset, shape: [4], strides: [1] });
    reference.assign(shifted(1), shifted(0));
    expect(data).toEqual(Float32Array.of(1, 1, 2, 3, 4, 6));
    reference.assign({ data, offset: 0, shape: [2], strides: [3] }, 9);
    expect(data).toEqual(Float32Array.of(9, 1, 2, 9, 4, 6));
    const flags = new Uint8Array(3);
    reference.assign(
      { data: flags, offset: 0, shape: [3], strides: [1] },
      { data: Float32Array.of(0.5, 0, -2), offset: 0, shape: [3], strides: [1] },
    );
    expect(flags).toEqual(Uint8Array.of(1, 0, 1));
  });
});
