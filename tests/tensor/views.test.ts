/** @file Movement: every operation that puts elements elsewhere, on views laid out at random, against its definition. */

import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { arange, concat, stack, Tensor, tensor, zeros } from "../../lib/index.js";
import { element, elements, indices, viewOf } from "../backend/views.js";

type Index = readonly number[];

/** A tensor of any shape: axes in any order in memory, some stretched, some with gaps. */
const shapes = (minLength = 0, max = 4) => fc.array(fc.nat(max), { minLength, maxLength: 4 });
const laidOutAs = (shape: readonly number[]): fc.Arbitrary<Tensor> =>
  viewOf(shape, "int32", element("int32")).map(
    ({ data, offset, strides }) => new Tensor(data, [...shape], strides, offset),
  );
const tensors = (minLength = 0) => shapes(minLength).chain(laidOutAs);
const seeded = { numRuns: 150, seed: 11 };

/** Element `index` of `x`, by the definition of strides. */
const read = (x: Tensor, index: Index): number =>
  x.data[index.reduce((place, i, axis) => place + i * x.strides[axis], x.offset)];

/** `y` has this shape, and `f(index)` at every index. */
function expectElements(y: Tensor, shape: readonly number[], f: (index: Index) => number): void {
  expect(y.shape).toEqual(shape);
  expect(elements(y)).toEqual(indices(shape).map(f));
}

const axisOf = (rank: number) => fc.integer({ min: -rank, max: rank - 1 });
const fromFront = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis);
/** `list` with the entry at `i` replaced by `entries`. */
const replaced = <T>(list: readonly T[], i: number, ...entries: T[]): T[] => [
  ...list.slice(0, i),
  ...entries,
  ...list.slice(i + 1),
];

const withAxis = tensors(1).chain((x) => fc.tuple(fc.constant(x), axisOf(x.ndim)));

describe("for tensors of any shape and layout", () => {
  it("permute moves axes", () => {
    const cases = tensors().chain((x) =>
      fc.tuple(
        fc.constant(x),
        fc.shuffledSubarray([...x.shape.keys()], { minLength: x.ndim }),
        fc.array(fc.boolean(), { minLength: x.ndim, maxLength: x.ndim }),
      ),
    );
    fc.assert(
      fc.property(cases, ([x, order, fromBack]) => {
        const y = x.permute(order.map((axis, i) => (fromBack[i] ? axis - x.ndim : axis)));
        const shape = order.map((axis) => x.shape[axis]);
        expectElements(y, shape, (index) =>
          read(
            x,
            [...x.shape.keys()].map((axis) => index[order.indexOf(axis)]),
          ),
        );
        expect(y.data).toBe(x.data);
      }),
      seeded,
    );
  });

  it("transpose exchanges two axes, T turns all about", () => {
    const cases = tensors(1).chain((x) => fc.tuple(fc.constant(x), axisOf(x.ndim), axisOf(x.ndim)));
    const exchanged = <T>(list: readonly T[], i: number, j: number) => {
      const copy = [...list];
      [copy[i], copy[j]] = [list[j], list[i]];
      return copy;
    };
    fc.assert(
      fc.property(cases, ([x, i, j]) => {
        const places = [fromFront(i, x.ndim), fromFront(j, x.ndim)] as const;
        const y = x.transpose(i, j);
        expectElements(y, exchanged(x.shape, ...places), (index) => read(x, exchanged(index, ...places)));
        expectElements(x.T, [...x.shape].reverse(), (index) => read(x, [...index].reverse()));
        expect([y.data, x.T.data]).toEqual([x.data, x.data]);
      }),
      seeded,
    );
  });

  it("reshape and flatten keep the elements in row-major order", () => {
    fc.assert(
      fc.property(tensors(), fc.nat(), (x, pick) => {
        const divisors = Array.from({ length: x.size }, (_, i) => i + 1).filter((d) => x.size % d === 0);
        const rows = divisors.length > 0 ? divisors[pick % divisors.length] : 3;
        for (const y of [x.reshape([rows, x.size / rows]), x.reshape([rows, -1])]) {
          expect(y.shape).toEqual([rows, x.size / rows]);
          expect(elements(y)).toEqual(elements(x));
        }
        expect(elements(x.flatten())).toEqual(elements(x));
        expect(x.flatten().shape).toEqual([x.size]);
        if (x.isContiguous) expect(x.flatten().data).toBe(x.data);
      }),
      seeded,
    );
  });

  it("flatten from an axis on leaves those before it", () => {
    fc.assert(
      fc.property(withAxis, ([x, axis]) => {
        const before = x.shape.slice(0, fromFront(axis, x.ndim));
        const after = x.shape.slice(fromFront(axis, x.ndim)).reduce((a, b) => a * b);
        expect(x.flatten(axis).shape).toEqual([...before, after]);
        expect(elements(x.flatten(axis))).toEqual(elements(x));
      }),
      seeded,
    );
  });

  it("unsqueeze and squeeze add and take away axes of size 1, without copying", () => {
    const cases = tensors().chain((x) => fc.tuple(fc.constant(x), axisOf(x.ndim + 1)));
    fc.assert(
      fc.property(cases, ([x, axis]) => {
        const at = fromFront(axis, x.ndim + 1);
        const longer = x.unsqueeze(axis);
        expectElements(longer, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)], (index) =>
          read(x, replaced(index, at)),
        );
        const back = longer.squeeze(axis);
        expectElements(back, x.shape, (index) => read(x, index));
        expectElements(
          x.squeeze(),
          x.shape.filter((size) => size !== 1),
          (index) => {
            const rest = [...index];
            return read(
              x,
              x.shape.map((size) => (size === 1 ? 0 : (rest.shift() as number))),
            );
          },
        );
        for (const view of [longer, back, x.squeeze()]) expect(view.data).toBe(x.data);
      }),
      seeded,
    );
  });

  it("broadcastTo repeats what has size 1, without copying", () => {
    const cases = tensors().chain((x) =>
      fc.tuple(
        fc.constant(x),
        fc.array(fc.nat(3), { maxLength: 2 }),
        fc.array(fc.nat(3), { minLength: x.ndim, maxLength: x.ndim }),
      ),
    );
    fc.assert(
      fc.property(cases, ([x, extra, sizes]) => {
        const shape = [...extra, ...x.shape.map((size, axis) => (size === 1 ? sizes[axis] : size))];
        const y = x.broadcastTo(shape);
        expectElements(y, shape, (index) =>
          read(
            x,
            index.slice(extra.length).map((i, axis) => (x.shape[axis] === 1 ? 0 : i)),
          ),
        );
        expect(y.data).toBe(x.data);
      }),
      seeded,
    );
  });

  it("slice takes what Array.prototype.slice takes, without copying", () => {
    const place = fc.integer({ min: -6, max: 6 });
    fc.assert(
      fc.property(withAxis, place, fc.option(place, { nil: undefined }), ([x, axis], start, end) => {
        const at = fromFront(axis, x.ndim);
        const kept = [...new Array(x.shape[at]).keys()].slice(start, end);
        const y = x.slice(start, end, axis);
        expectElements(y, replaced(x.shape, at, kept.length), (index) => read(x, replaced(index, at, kept[index[at]])));
        expect(y.data).toBe(x.data);
      }),
      seeded,
    );
  });

  it("pad puts zeros before and after, and slice takes them away again", () => {
    fc.assert(
      fc.property(withAxis, fc.nat(3), fc.nat(3), ([x, axis], before, after) => {
        const at = fromFront(axis, x.ndim);
        const y = x.pad(before, after, axis);
        expectElements(y, replaced(x.shape, at, before + x.shape[at] + after), (index) => {
          const i = index[at] - before;
          return i < 0 || i >= x.shape[at] ? 0 : read(x, replaced(index, at, i));
        });
        expect(elements(y.slice(before, before + x.shape[at], axis))).toEqual(elements(x));
      }),
      seeded,
    );
  });

  it("at picks one entry of an axis, without copying", () => {
    const cases = withAxis
      .filter(([x, axis]) => x.shape[fromFront(axis, x.ndim)] > 0)
      .chain(([x, axis]) => fc.tuple(fc.constant(x), fc.constant(axis), axisOf(x.shape[fromFront(axis, x.ndim)])));
    fc.assert(
      fc.property(cases, ([x, axis, entry]) => {
        const at = fromFront(axis, x.ndim);
        const y = x.at(entry, axis);
        expectElements(y, replaced(x.shape, at), (index) =>
          read(x, [...index.slice(0, at), fromFront(entry, x.shape[at]), ...index.slice(at)]),
        );
        expect(y.data).toBe(x.data);
      }),
      seeded,
    );
  });

  it("gather picks by index, take whole entries; scatterAdd adds them back", () => {
    const cases = withAxis
      .filter(([x, axis]) => x.shape[fromFront(axis, x.ndim)] > 0)
      .chain(([x, axis]) => {
        const at = fromFront(axis, x.ndim);
        const entry = fc.nat(x.shape[at] - 1);
        return fc
          .tuple(fc.nat(4), fc.array(fc.nat(), { minLength: x.ndim, maxLength: x.ndim }))
          .map(([picks, sizes]) =>
            x.shape.map((size, i) => (i === at ? picks : size === 0 ? 0 : sizes[i] % (size + 1))),
          )
          .chain((shape) => fc.tuple(fc.constant(x), fc.constant(axis), viewOf(shape, "int32", entry)));
      });
    fc.assert(
      fc.property(cases, ([x, axis, view]) => {
        const at = fromFront(axis, x.ndim);
        const index = new Tensor(view.data, [...view.shape], view.strides, view.offset);
        const picked = (place: Index) => replaced(place, at, read(index, place));
        expectElements(x.gather(axis, index), index.shape, (place) => read(x, picked(place)));

        const source = x.gather(axis, index);
        const sums = zeros(x.shape, { dtype: "float64" });
        for (const place of indices(index.shape)) {
          const target = picked(place).reduce((sum, i, k) => sum + i * sums.strides[k], 0);
          sums.data[target] += read(source, place);
        }
        const scattered = () => elements(source.scatterAdd(x.shape, axis, index));
        if (elements(sums).every((sum) => sum === (sum | 0))) expect(scattered()).toEqual(elements(sums));
        else expect(scattered).toThrow("scatterAdd: int32 holds whole numbers below 2³¹ in size");

        const entries = index.flatten().slice(0, 3);
        expectElements(x.take(entries, axis), replaced(x.shape, at, entries.size), (place) =>
          read(x, replaced(place, at, read(entries, [place[at]]))),
        );
      }),
      seeded,
    );
  });

  it("concat lays tensors end to end, stack side by side", () => {
    const cases = shapes(1).chain((shape) =>
      axisOf(shape.length).chain((axis) =>
        fc.tuple(
          fc.constant(axis),
          fc
            .array(fc.nat(3), { minLength: 1, maxLength: 3 })
            .chain((sizes) =>
              fc.tuple(...sizes.map((size) => laidOutAs(replaced(shape, fromFront(axis, shape.length), size)))),
            ),
          fc.tuple(laidOutAs(shape), laidOutAs(shape)),
        ),
      ),
    );
    fc.assert(
      fc.property(cases, ([axis, parts, twins]) => {
        const rank = twins[0].ndim;
        const at = fromFront(axis, rank);
        const sizes = parts.map((part) => part.shape[at]);
        const origin = sizes.flatMap((size, part) => Array.from({ length: size }, (_, i) => [part, i] as const));
        expectElements(concat(parts, axis), replaced(parts[0].shape, at, origin.length), (index) => {
          const [part, i] = origin[index[at]];
          return read(parts[part], replaced(index, at, i));
        });
        const [{ shape }] = twins;
        expectElements(stack(twins, at), [...shape.slice(0, at), 2, ...shape.slice(at)], (index) =>
          read(twins[index[at]], replaced(index, at)),
        );
      }),
      seeded,
    );
  });

  it("clone, toTypedArray and toArray copy", () => {
    fc.assert(
      fc.property(tensors(), (x) => {
        const copy = x.clone();
        expectElements(copy, x.shape, (index) => read(x, index));
        expect(copy.isContiguous && copy.data !== x.data).toBe(true);
        expect([...x.toTypedArray()]).toEqual(elements(x));
        expect([x.toArray()].flat(5)).toEqual(elements(x));
      }),
      seeded,
    );
  });
});

describe("dtypes", () => {
  it("to int32 cuts decimals off, to bool asks whether x ≠ 0", () => {
    const x = tensor([-1.7, -0, 0.4, 2.9, NaN]);
    expect(x.slice(0, 4).to("int32").toArray()).toEqual([-1, 0, 0, 2]);
    expect(x.to("bool").toArray()).toEqual([1, 0, 1, 1, 1]);
    expect(tensor([true, false]).to("float64").toArray()).toEqual([1, 0]);
  });

  it("movement keeps the dtype", () => {
    for (const dtype of ["float32", "float64", "int32", "bool"] as const) {
      const x = zeros([2, 3], { dtype });
      const index = zeros([2, 3], { dtype: "int32" });
      const moved = [
        x.T,
        x.reshape([6]),
        x.slice(1),
        x.at(0),
        x.pad(1, 1),
        x.gather(0, index),
        x.clone(),
        concat([x, x]),
      ];
      expect(moved.map((y) => y.dtype)).toEqual(moved.map(() => dtype));
    }
  });
});

it("copying from row to row of one tensor copies rows, and never the tensor", () => {
  const x = arange(64 * 32).reshape([64, 32]) as Tensor;
  const copied = vi.spyOn(Float32Array.prototype, "slice");
  for (let i = 1; i < 64; i++) x.at(i).copy_(x.at(i - 1));
  expect(copied.mock.results.reduce((sum, { value }) => sum + value.length, 0)).toBeLessThanOrEqual(64 * 32);
  copied.mockRestore();
  expect(x.at(63).toArray()).toEqual(x.at(0).toArray());
});

it("a tensor may be copied onto itself, shifted or turned", () => {
  const shifted = arange(40);
  shifted.slice(1, 40).copy_(shifted.slice(0, 39));
  expect(shifted.toArray()).toEqual([0, ...Array.from({ length: 39 }, (_, i) => i)]);
  const turned = arange(9).reshape([3, 3]);
  turned.copy_(turned.T);
  expect(turned.toArray()).toEqual([[0, 3, 6], [1, 4, 7], [2, 5, 8]]); // biome-ignore format: rows
});

it("copy_ into int32 refuses what does not fit, and then nothing has changed", () => {
  const whole = tensor([1, 2], { dtype: "int32" });
  for (const odd of [2 ** 31, Number.NaN, -Infinity]) {
    expect(() => whole.copy_(tensor([7, odd], { dtype: "float64" }))).toThrow(/^copy_: int32 holds whole numbers/);
  }
  expect(whole.toArray()).toEqual([1, 2]);
  expect(whole.copy_(tensor([2.9, -2.9])).toArray()).toEqual([2, -2]);
  expect(whole.copy_(tensor([true, false])).toArray()).toEqual([1, 0]);
});
