/** @file What gradients cost, counted in calls of the backend and in elements it reads, writes and allocates: linear. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import type { View } from "../../lib/backend/index.js";
import { batches, concat, Generator, grad, nn, randn, stack, type Tensor, tensor } from "../../lib/index.js";
import { sizeOf } from "../../lib/shape/rules.js";
import { drawn, examples } from "../ops/examples.js";
import { laidOut } from "../tensor/layouts.js";

const cost = vi.hoisted(() => ({ calls: 0, elements: 0 }));

// The backend under a meter: each call counts, and each element of a view that it is given or gives.
vi.mock("../../lib/backend/index.js", async (load) => {
  const original = await load<typeof import("../../lib/backend/index.js")>();
  const elementsIn = (value: unknown): number => {
    if (ArrayBuffer.isView(value)) return (value as unknown as Float64Array).length;
    if (typeof value !== "object" || value === null) return 0;
    if ("strides" in value) return sizeOf((value as View).shape);
    return Object.values(value).reduce((total, part) => total + elementsIn(part), 0);
  };
  const meter = new Proxy({} as ReturnType<typeof original.backend>, {
    get(_, name) {
      const method = Reflect.get(original.backend(), name);
      if (typeof method !== "function") return method;
      return (...given: unknown[]) => {
        const result = method(...given);
        cost.calls++;
        // Of what is looked up in, or added to by index, only the elements at the index count.
        const moved = name === "gather" || name === "scatterAdd" ? given.slice(1) : given;
        cost.elements += [...moved, result].reduce<number>((total, value) => total + elementsIn(value), 0);
        return result;
      };
    },
  });
  return {
    ...original,
    backend: () => meter,
    allocate: (...[dtype, length]: Parameters<typeof original.allocate>) => {
      cost.elements += length;
      return original.allocate(dtype, length);
    },
  };
});

beforeEach(() => Object.assign(cost, { calls: 0, elements: 0 }));

/** What `f` costs. */
function costOf(f: () => unknown): { calls: number; elements: number } {
  const before = { ...cost };
  f();
  return { calls: cost.calls - before.calls, elements: cost.elements - before.elements };
}

const leaf = (...shape: number[]): Tensor => randn(shape, { requiresGrad: true });

describe.each(Object.entries(examples))("%s", (_, cases) => {
  /** The example's inputs, n of each along a new first axis. */
  const batch = (n: number, shapes: (typeof cases)[number] extends readonly [unknown, ...infer I] ? I : never) =>
    shapes.map((input) => {
      const { shape, draw } = drawn(input);
      const values = Array.from({ length: n }, () => [...(draw(new Generator(7), sizeOf(shape)) as Float64Array)]);
      const x = laidOut("row-major", [n, ...shape], values.flat(), "float64");
      x.requiresGrad = true;
      return x;
    });
  /** The cost of the gradient of n uses, each of entry i of the batch. */
  const backwardOf = (n: number, [f, ...shapes]: (typeof cases)[number], createGraph: boolean) => {
    const inputs = batch(n, shapes);
    const loss = Array.from({ length: n }, (_, i) => f(...inputs.map((x) => x.at(i) as Tensor)).sum()).reduce(
      (a, b) => a.add(b) as Tensor<[]>,
    );
    return costOf(() => loss.backward(undefined, { createGraph }));
  };

  it.each([false, true])("twice the uses cost twice as much (createGraph: %s)", (createGraph) => {
    for (const example of cases) {
      const [once, twice] = [8, 16].map((n) => backwardOf(n, example, createGraph));
      expect(twice.calls).toBeLessThanOrEqual(2 * once.calls + 4);
      expect(twice.elements).toBeLessThanOrEqual(2 * once.elements + 64);
    }
  });

  it("costs a fixed multiple of what the value costs", () => {
    for (const [f, ...shapes] of cases) {
      const inputs = batch(1, shapes).map((x) => x.at(0) as Tensor);
      let y: Tensor | undefined;
      const forward = costOf(() => {
        y = f(...inputs);
      });
      const back = costOf(() => y?.sum().backward());
      const held = inputs.reduce((total, x) => total + x.size, 0) + (y?.size ?? 0);
      expect(back.elements).toBeLessThanOrEqual(40 * (forward.elements + held + 1));
    }
  });
});

describe("chains of n steps", () => {
  const zero = (): Tensor => tensor(0) as unknown as Tensor;
  const summed = (n: number, part: (i: number) => Tensor): Tensor =>
    Array.from({ length: n }, (_, i) => part(i)).reduce((total, x) => total.add(x.mul(x).sum()), zero());
  const int32 = (values: number[]) => tensor(values, { dtype: "int32" });

  const chains: Record<string, (n: number) => Tensor> = {
    concat: (n) => {
      const x = leaf(n, 3);
      return concat(Array.from({ length: n }, (_, i) => x.slice(i, i + 1)))
        .pow(2)
        .sum() as unknown as Tensor;
    },
    "concat of leaves": (n) =>
      concat(Array.from({ length: n }, () => leaf(2)))
        .pow(2)
        .sum() as unknown as Tensor,
    stack: (n) => {
      const x = leaf(n, 3);
      return stack(
        Array.from({ length: n }, (_, i) => x.at(i)),
        1,
      )
        .pow(2)
        .sum() as unknown as Tensor;
    },
    at: (n) => {
      const x = leaf(n, 3);
      return summed(n, (i) => x.at(i));
    },
    "at, of the last axis": (n) => {
      const x = leaf(3, n);
      return summed(n, (i) => x.at(i, 1));
    },
    slice: (n) => {
      const x = leaf(n + 2);
      return summed(n, (i) => x.slice(i, i + 2));
    },
    take: (n) => {
      const x = leaf(n, 3);
      return summed(n, (i) => x.take(int32([i])));
    },
    gather: (n) => {
      const x = leaf(n);
      return summed(n, (i) => x.gather(0, int32([i])));
    },
    "at, of at": (n) => {
      const x = leaf(2, n);
      return summed(n, (i) => x.at(1).at(i));
    },
    "at, of a transpose": (n) => {
      const x = leaf(3, n);
      return summed(n, (i) => x.T.at(i));
    },
    "slice, of another shape and order": (n) => {
      const x = leaf(2 * n);
      return summed(n, (i) =>
        x
          .reshape([2, n])
          .permute([1, 0])
          .slice(i, i + 1)
          .transpose(0, 1),
      );
    },
    "gather, of a part": (n) => {
      const x = leaf(n + 1);
      return summed(n, (i) => x.slice(1).gather(0, int32([i])));
    },
    "index, by two numbers": (n) => {
      const x = leaf(2, n);
      return summed(n, (i) => x.index(1, i));
    },
    "index, by steps": (n) => {
      const x = leaf(2 * n);
      return summed(n, (i) => x.index([i, undefined, n]));
    },
    "index, by a tensor": (n) => {
      const x = leaf(n);
      return summed(n, (i) => x.index(int32([i])));
    },
    "index, by tensors together": (n) => {
      const x = leaf(2, n);
      return summed(n, (i) => x.index(int32([1]), int32([i])));
    },
    "at, of a tensor that is also used whole": (n) => {
      const x = leaf(n, 3);
      return summed(n, (i) => x.at(i)).add(x.mul(x).sum());
    },
    RNN: (n) => new nn.RNN(2, 3).forward(leaf(1, n, 2)).output.sum() as unknown as Tensor,
    GRU: (n) => new nn.GRU(2, 3).forward(leaf(1, n, 2)).output.sum() as unknown as Tensor,
  };

  it.each(Object.entries(chains))("%s: 2n steps cost twice as much as n, also to differentiate twice", (_, chain) => {
    for (const createGraph of [false, true]) {
      const [once, twice] = [50, 100].map((n) => {
        const loss = chain(n);
        return costOf(() => loss.backward(undefined, { createGraph }));
      });
      expect(twice.calls / once.calls).toBeLessThan(2.1);
      expect(twice.elements / once.elements).toBeLessThan(2.1);
    }
  });

  it("a gradient of a gradient costs twice as much for 2n steps", () => {
    const [once, twice] = [50, 100].map((n) =>
      costOf(() => grad((x: Tensor) => grad((t: Tensor) => summed(n, (i) => t.at(i).pow(3)))(x).sum())(leaf(n, 3))),
    );
    expect(twice.calls / once.calls).toBeLessThan(2.1);
    expect(twice.elements / once.elements).toBeLessThan(2.1);
  });
});

it("attention to nothing costs twice as much for twice the rows", () => {
  const attention = new nn.MultiHeadAttention(4, 1);
  const [once, twice] = [64, 128].map((n) => {
    const x = randn([n, 4, 4]);
    const mask = tensor(Array.from({ length: n }, () => [[[true, false, false, false]]])).eq(0); // hides the first key
    const nothing = mask.where(mask, 0).and(mask.not()) as unknown as Tensor;
    return costOf(() => attention.forward(x, undefined, undefined, { mask: nothing }));
  });
  expect(twice.calls).toBeLessThanOrEqual(2 * once.calls + 4);
  expect(twice.elements).toBeLessThanOrEqual(2 * once.elements + 64);
});

it("batches of a view read their own rows", () => {
  const [once, twice] = [64, 128].map((n) => costOf(() => [...batches([randn([3, n]).T], 4)]));
  expect(twice.elements).toBeLessThanOrEqual(2 * once.elements + 64);
});

it.each(["concat", "stack"] as const)("%s takes 130,000 tensors, and so does its gradient", (name) => {
  const x = leaf(1);
  const many = Array.from({ length: 130_000 }, () => x);
  (name === "concat" ? concat(many) : stack(many)).sum().backward();
  expect(x.grad?.item()).toBe(130_000);
});
