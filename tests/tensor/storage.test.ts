/** @file Who owns storage: what is handed out shares no buffer, and no gradient lies where another tensor does. */

import { describe, expect, it } from "vitest";
import { Generator, grad, manualSeed, ones, randperm, type Tensor, tensor, zeros } from "../../lib/index.js";
import { sizeOf } from "../../lib/shape/rules.js";
import { drawn, examples } from "../ops/examples.js";

const ownsBuffer = ({ buffer, byteLength }: ArrayBufferView) => buffer.byteLength === byteLength;

describe("a typed array handed out", () => {
  it("owns its buffer, whatever the size and dtype: it can be transferred and takes nothing along", () => {
    for (const dtype of ["float32", "float64", "int32", "bool"] as const) {
      for (const size of [0, 1, 3, 17, 30, 100, 129, 1000, 5000]) {
        expect(ownsBuffer(zeros([size], { dtype }).toTypedArray())).toBe(true);
        expect(ownsBuffer(zeros([2, size], { dtype }).at(1).toTypedArray())).toBe(true);
      }
    }
    expect(ownsBuffer(new Generator(1).permutation(30))).toBe(true);
    manualSeed(1);
    expect(ownsBuffer(randperm(30).toTypedArray())).toBe(true);
  });

  it("once transferred, leaves every other tensor as it was", () => {
    // Small tensors share buffers: among so many, one lies beside what is transferred.
    for (let round = 0; round < 10; round++) {
      const others = Array.from({ length: 20 }, (_, i) => tensor(Array.from({ length: 20 }, () => i)));
      const given = ones([30]).toTypedArray();
      structuredClone(given, { transfer: [given.buffer as ArrayBuffer] });
      expect(others.map((x) => x.at(7).item())).toEqual(others.map((_, i) => i));
    }
  });

  it("is not changed by writing to the tensor, nor changes it", () => {
    const x = tensor([1, 2, 3]);
    const values = x.toTypedArray();
    values[0] = 9;
    x.copy_(5);
    expect([...values, ...x.toTypedArray()]).toEqual([9, 2, 3, 5, 5, 5]);
  });
});

it("a typed array taken in is copied", () => {
  const data = Float32Array.of(1, 2);
  const x = tensor(data);
  data[0] = 9;
  expect(x.toArray()).toEqual([1, 2]);
});

describe("a result that is no view has storage of its own", () => {
  const whole = () => tensor([1, 2, 3], { dtype: "int32" }) as unknown as Tensor;
  it.each<[string, () => Tensor, (x: Tensor) => Tensor]>([
    ["floor of int32", whole, (x) => x.floor()],
    ["round of int32", whole, (x) => x.round()],
    ["repeat, once", whole, (x) => x.repeat([1])],
    ["repeat, once, with an axis in front", whole, (x) => x.repeat([1, 1])],
    ["repeat of one element", () => tensor([5]) as unknown as Tensor, (x) => x.repeat([3])],
    ["repeat of a scalar", () => tensor(5) as unknown as Tensor, (x) => x.repeat([3])],
  ])("%s", (_, make, of) => {
    const x = make();
    const y = of(x);
    const before = y.toArray();
    x.copy_(9);
    expect(y.toArray()).toEqual(before);
    y.copy_(7); // and none of its elements share a place
    expect(x.toTypedArray().every((value) => value === 9)).toBe(true);
  });
});

/** Whether two tensors have an element of storage in common. */
function overlap(a: Tensor, b: Tensor): boolean {
  const [from, to] = [a, b].map(({ data }) => data.byteOffset);
  return (
    a.size > 0 &&
    b.size > 0 &&
    a.data.buffer === b.data.buffer &&
    from < to + b.data.byteLength &&
    to < from + a.data.byteLength
  );
}

describe("a gradient has storage of its own", () => {
  const leaf = (data: number[]): Tensor => tensor(data, { requiresGrad: true }) as unknown as Tensor;

  it("apart from those of other leaves, though the chain rule gives both the same", () => {
    const [a, b] = [leaf([1, 2]), leaf([3, 4])];
    a.add(b).sum().backward();
    a.grad?.copy_(7);
    expect(b.grad?.toArray()).toEqual([1, 1]);
  });

  it("apart from the gradient that the caller gave", () => {
    const x = leaf([1, 2]);
    const given = tensor([5, 6]) as unknown as Tensor;
    x.reshape([2]).backward(given);
    x.grad?.copy_(0);
    expect(given.toArray()).toEqual([5, 6]);
  });

  it("apart from a gradient that was retained on the way, and from what grad gives for another argument", () => {
    const x = leaf([1, 2]);
    const y = x.reshape([2]).retainGrad();
    y.sum().backward();
    x.grad?.copy_(0);
    expect(y.grad?.toArray()).toEqual([1, 1]);
    const [da, db] = grad((a: Tensor, b: Tensor) => a.add(b).sum())(x, y);
    da.detach().copy_(9);
    expect(db.toArray()).toEqual([1, 1]);
  });

  it.each(Object.entries(examples))("%s", (_, cases) => {
    for (const [f, ...shapes] of cases) {
      const inputs = shapes.map((input) => {
        const { shape, draw } = drawn(input);
        const values = [...(draw(new Generator(3), sizeOf(shape)) as Float64Array)];
        return tensor(values, { dtype: "float64" }).reshape(shape as number[]) as Tensor;
      });
      for (const x of inputs) x.requiresGrad = true;
      const y = f(...inputs);
      const seed = ones(y.shape, { dtype: y.dtype }) as Tensor;
      y.backward(seed);
      const gradients = inputs.flatMap((x) => x.grad ?? []);
      for (const g of gradients) {
        expect([y, seed, ...inputs].some((x) => overlap(g, x))).toBe(false);
        expect(gradients.some((other) => other !== g && overlap(g, other))).toBe(false);
      }
    }
  });
});
