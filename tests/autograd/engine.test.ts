/** @file Automatic differentiation: what backward, grad, noGrad and their kin promise, whatever the operations. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fused } from "../../lib/autograd/fused.js";
import {
  concat,
  grad,
  gradcheck,
  noGrad,
  ones,
  setDefaultDtype,
  type Tensor,
  tensor,
  valueAndGrad,
  zeros,
} from "../../lib/index.js";
import "../helpers/allclose.js";
import { messageOf } from "../helpers/messages.js";

setDefaultDtype("float64");
const leaf = (data: number | number[]) => tensor(data, { requiresGrad: true }) as Tensor;
const values = (x: Tensor | null) => x?.toArray();

describe("the gradient of a part of a view", () => {
  const values = Array.from({ length: 24 }, (_, i) => i - 11.5);
  const leafOf = (...shape: number[]) => {
    const x = tensor(values).reshape(shape).clone() as unknown as Tensor;
    x.requiresGrad = true;
    return x;
  };
  /** Views of [4, 6] of which a part is taken. */
  const parts: Record<string, (x: Tensor) => Tensor> = {
    "a row of columns": (x) => x.T.at(1),
    "an entry of a row": (x) => x.at(2).at(3),
    "a slice of a slice that was reshaped, which copies": (x) => x.slice(1, 4, 1).reshape([12]).slice(3, 9),
    "a row of a transpose that was reshaped, which copies": (x) => x.T.reshape([4, 6]).at(2),
    "every third of a transpose": (x) => x.T.index([1, 6, 2], 3),
    "entries at indices that repeat": (x) => x.T.index(tensor([1, 1, 5], { dtype: "int32" })),
    "entries of a slice at indices, in another order": (x) =>
      x.slice(1, 3).permute([1, 0]).gather(1, tensor([[1, 1], [0, 1]], { dtype: "int32" })) as Tensor, // biome-ignore format: rows
    "a part through a hundred views": (x) =>
      Array.from({ length: 100 })
        .reduce((y: Tensor) => y.T.reshape([y.size / 4, 4]).T, x.slice(0, 4))
        .at(1),
  };

  it.each(Object.entries(parts))("%s, is that of the same part of a copy, also twice", (_, part) => {
    const loss = (x: Tensor) =>
      part(x)
        .pow(3)
        .sum()
        .add(x.mul(part(x).sum()).sum()) as unknown as Tensor;
    /** The same, where each element that is read is a sum with a mask, and no view is differentiated. */
    const places = part(tensor(values.map((_, i) => i), { dtype: "int32" }).reshape([4, 6]) as unknown as Tensor); // biome-ignore format: one line
    const byMask = (x: Tensor): Tensor => {
      const read = [...places.toTypedArray()].map((at) => {
        const mask = tensor(values.map((_, i) => Number(i === at))).reshape([4, 6]) as unknown as Tensor;
        return x.mul(mask).sum() as unknown as Tensor;
      });
      const cubes = read.map((y) => y.pow(3)).reduce((a, b) => a.add(b));
      return cubes.add(x.mul(read.reduce((a, b) => a.add(b))).sum());
    };
    const gradients = [loss, byMask].map((f) => {
      const first = (x: Tensor) => grad(f)(x as never) as unknown as Tensor;
      const x = leafOf(4, 6);
      const second = grad((x: Tensor) => first(x).mul(tensor(values).reshape([4, 6]) as unknown as Tensor).sum())(x as never); // biome-ignore format: one line
      f(x).backward();
      return [x.grad as Tensor, first(x), second as unknown as Tensor].map((g) => g.toArray());
    });
    expect(gradients[0]).toEqual(gradients[1]);
  });

  it("is retained on the way, and refused after a change in place", () => {
    const x = leafOf(4, 6);
    const row = x.at(1).retainGrad();
    row.at(2).backward();
    expect(row.grad?.toArray()).toEqual([0, 0, 1, 0, 0, 0]);
    const entry = x.at(1).at(2);
    noGrad(() => x.copy_(0));
    expect(() => entry.backward()).toThrow(/changed in place after/);
  });

  it("goes through any number of views", () => {
    const x = leafOf(24);
    let y: Tensor = x;
    for (let i = 0; i < 50_000; i++) y = y.reshape(i % 2 ? [24] : [4, 6]);
    y.at(3).sum().backward();
    expect(x.grad?.toArray()).toEqual(values.map((_, i) => Number(i === 3)));
  });
});

describe("backward", () => {
  it("fills in the gradient of every leaf that asked for one, and of no other tensor", () => {
    const [w, x] = [leaf([2, 3]), tensor([5, 7]) as Tensor];
    const product = w.mul(x);
    product.sum().backward();
    expect(values(w.grad)).toEqual([5, 7]);
    expect(x.grad).toBeNull();
    expect(product.grad).toBeNull();
  });

  it("adds to what is there, until grad is set to null", () => {
    const x = leaf(3);
    const y = x.mul(x);
    y.backward();
    y.backward();
    expect(x.grad?.item()).toBe(12);
    x.mul(5).backward();
    expect(x.grad?.item()).toBe(17);
    x.grad = null;
    y.backward();
    expect(values(x.grad)).toBe(6);
  });

  it("sums over the ways that lead to a tensor: x² + x · 3x through shared parts", () => {
    const x = leaf(2);
    const triple = x.mul(3);
    x.mul(x).add(x.mul(triple)).add(triple).backward();
    expect(x.grad?.item()).toBe(2 * 2 + 6 * 2 + 3);
  });

  it("passes every tensor once: 60 doublings, 2⁶⁰ ways", () => {
    const x = leaf(1);
    let y = x;
    for (let i = 0; i < 60; i++) y = y.add(y);
    y.backward();
    expect(x.grad?.item()).toBe(2 ** 60);
  });

  it("waits for a tensor's last use, however the graph was built", () => {
    const x = leaf(2);
    const early = x.mul(x);
    const late = early.exp().log();
    early.mul(late).add(early).backward(); // x⁴ + x²
    expect(x.grad?.item()).toBeCloseTo(4 * 8 + 2 * 2, 12);
  });

  it("takes an operation that is given one tensor twice", () => {
    const x = leaf([1, 2]);
    concat([x, x.mul(2), x])
      .sum()
      .backward();
    expect(values(x.grad)).toEqual([4, 4]);
    const m = tensor([[1, 2], [3, 4]], { requiresGrad: true }); // biome-ignore format: a matrix
    m.matmul(m).sum().backward();
    expect(values(m.grad)).toEqual([[7, 11], [9, 13]]); // biome-ignore format: a matrix
  });

  it("goes through 100,000 operations in a row", () => {
    const x = leaf(1);
    let y = x;
    for (let i = 0; i < 100_000; i++) y = y.add(1);
    y.backward();
    expect(x.grad?.item()).toBe(1);
  });

  it("goes through 100,000 operations and back, and differentiates that", () => {
    const f = (x: Tensor<[]>) => {
      let y: Tensor<[]> = x.mul(x);
      for (let i = 0; i < 100_000; i++) y = y.neg();
      return y;
    };
    expect(grad(grad(f))(1).item()).toBe(2);
  });

  it("starts from any tensor, given the gradient there", () => {
    const x = leaf([1, 2, 3]);
    x.mul(x).backward(tensor([1, 0, 10]) as Tensor);
    expect(values(x.grad)).toEqual([2, 0, 60]);
  });

  it("starts from a leaf: its gradient by itself is 1", () => {
    const x = leaf(4);
    x.backward();
    expect(x.grad?.item()).toBe(1);
  });

  it("takes one element of any rank for a scalar", () => {
    const x = tensor([[3]], { requiresGrad: true });
    x.mul(x).backward();
    expect(x.grad?.toArray()).toEqual([[6]]);
  });

  it("gives gradients that belong to no graph, unless asked to", () => {
    const x = leaf(3);
    x.mul(x).backward();
    expect(x.grad?.requiresGrad).toBe(false);
    const y = leaf(3);
    y.mul(y).backward(undefined, { createGraph: true });
    expect(y.grad?.requiresGrad).toBe(true);
  });

  it("returns gradients in each tensor's own dtype", () => {
    const [single, double] = [ones([2], { dtype: "float32", requiresGrad: true }), leaf([1, 2])];
    single.to("float64").mul(double).sum().backward();
    expect([single.grad?.dtype, double.grad?.dtype]).toEqual(["float32", "float64"]);
  });

  it.each([
    [[], [2, 3]],
    [[3], [2, 3]],
    [
      [2, 1],
      [2, 3],
    ],
    [
      [1, 1, 3],
      [4, 2, 1],
    ],
    [[1], [0]],
    [
      [5, 1],
      [1, 0],
    ],
  ])("gives %j, stretched against %j, a gradient of its own shape", (a, b) => {
    const [x, y] = [ones(a, { requiresGrad: true }), ones(b, { requiresGrad: true })];
    const sum = x.add(y);
    sum.sum().backward();
    expect(x.grad?.shape).toEqual(a);
    expect(y.grad?.shape).toEqual(b);
    if (x.size > 0) expect(x.grad).toBeAllclose({ shape: a, values: new Array(x.size).fill(sum.size / x.size) });
  });
});

it("names the operation in an error's call stack", () => {
  let stack: string | undefined;
  try {
    zeros([2]).reshape([3] as never);
  } catch (error) {
    stack = (error as Error).stack;
  }
  expect(stack).toContain("at Tensor.reshape");
});

describe("leaving the graph", () => {
  it("noGrad remembers nothing, and remembers again after an error inside", () => {
    const x = leaf(2);
    expect(noGrad(() => x.mul(x)).requiresGrad).toBe(false);
    expect(messageOf(() => noGrad(() => { throw new Error("inside"); }))).toBe("inside"); // biome-ignore format: one line
    expect(x.mul(x).requiresGrad).toBe(true);
    noGrad(() => {
      noGrad(() => {});
      expect(x.mul(x).requiresGrad).toBe(false);
    });
  });

  it("detach shares the values and passes no gradient", () => {
    const x = leaf([1, 2]);
    const cut = x.detach();
    expect(cut.data).toBe(x.data);
    x.mul(cut).sum().backward();
    expect(values(x.grad)).toEqual([1, 2]);
  });

  it("what is made of whole numbers or truth values has no gradient, though its source has", () => {
    const x = leaf([1.5, -2]);
    for (const y of [x.to("int32"), x.to("bool"), x.gt(0), x.argmax()]) expect(y.requiresGrad).toBe(false);
    x.to("int32").to("float64").add(x).sum().backward();
    expect(values(x.grad)).toEqual([1, 1]);
  });

  it("nothing is remembered where nothing requires a gradient", () => {
    const y = tensor([1, 2]).exp().mul(3).sum();
    expect(y.gradFn).toBeNull();
  });
});

describe("retainGrad", () => {
  it("keeps the gradient of a tensor in the middle", () => {
    const x = leaf(3);
    const middle = x.mul(2).retainGrad();
    middle.mul(middle).backward();
    expect(middle.grad?.item()).toBe(12);
    expect(x.grad?.item()).toBe(24);
  });
});

describe("changes in place", () => {
  it("between steps are what training does", () => {
    const w = leaf(1);
    for (let step = 0; step < 50; step++) {
      w.grad = null;
      w.sub(5).pow(2).backward();
      noGrad(() => w.copy_(w.sub((w.grad as Tensor).mul(0.2))));
    }
    expect(w.item()).toBeCloseTo(5, 8);
    expect(w.requiresGrad).toBe(true);
  });

  it("leave nothing behind where backward refuses them halfway", () => {
    const x = leaf([1, 2, 3]);
    const weight = tensor([1, 1, 1]);
    const y = x.mul(2);
    const refused = y.mul(weight).add(y).sum();
    weight.copy_(5);
    expect(() => refused.backward()).toThrow("changed in place");
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual([2, 2, 2]);
  });

  it("are refused by backward through a use of the old values, also through a view", () => {
    const x = leaf([1, 2, 3]);
    const y = x.mul(x).sum();
    noGrad(() => x.slice(0, 1).copy_(zeros([1])));
    expect(messageOf(() => y.backward())).toMatch(/^backward: a tensor of shape \[3\] was changed in place after mul/);
    const changesItself = grad((t: Tensor) => {
      const used = t.mul(t);
      noGrad(() => t.copy_(9));
      return used.sum();
    });
    expect(messageOf(() => changesItself(tensor([1, 2]) as Tensor))).toMatch(/^backward: a tensor of shape \[2\] was/);
  });

  it("of tensors that the graph does not hold are no one's business", () => {
    const [x, other] = [leaf(2), zeros([3])];
    const y = x.mul(x);
    other.copy_(7);
    y.backward();
    expect(x.grad?.item()).toBe(4);
  });

  it("before the use count", () => {
    const x = leaf(2);
    noGrad(() => x.copy_(10));
    x.mul(x).backward();
    expect(x.grad?.item()).toBe(20);
  });

  it("write through a view, from a tensor that overlaps it, in any dtype", () => {
    const x = tensor([[1, 2], [3, 4]]); // biome-ignore format: a matrix
    x.T.unsqueeze(0).copy_(x.unsqueeze(0));
    expect(x.toArray()).toEqual([[1, 3], [2, 4]]); // biome-ignore format: a matrix
    x.slice(1).copy_(tensor([[8, 9]], { dtype: "int32" }));
    expect(x.toArray()).toEqual([[1, 3], [8, 9]]); // biome-ignore format: a matrix
  });
});

describe("grad", () => {
  it("is the derivative of a function, again and again: x⁴, 4x³, 12x², 24x, 24, 0", () => {
    let f: (x: Tensor<[]>) => Tensor<[]> = (x) => x.pow(4);
    for (const derivative of [4 * 8, 12 * 4, 24 * 2, 24, 0]) {
      f = grad(f);
      expect(f(tensor(2)).item()).toBe(derivative);
    }
  });

  it("takes numbers for scalars", () => {
    expect(grad((x: Tensor<[]>) => x.sin())(0).item()).toBe(1);
  });

  it("gives one gradient for one argument, an array for several, zeros for one that is not used", () => {
    const f = (a: Tensor<[2]>, b: Tensor<[2]>, _c: Tensor<[3]>) => a.mul(b).sum();
    const [a, b, c] = grad(f)(tensor([1, 2]), tensor([3, 4]), ones([3]));
    expect([a.toArray(), b.toArray(), c.toArray()]).toEqual([[3, 4], [1, 2], [0, 0, 0]]); // biome-ignore format: a row
    expect(grad((x: Tensor) => x.mul(x).sum())(tensor([1, 2]) as Tensor).toArray()).toEqual([2, 4]);
  });

  it("tells arguments apart that are the same tensor", () => {
    const x = tensor(3) as Tensor;
    const [a, b] = grad((a: Tensor, b: Tensor) => a.mul(a).mul(b))(x, x);
    expect([a.item(), b.item()]).toEqual([18, 9]);
  });

  it("of a constant is 0", () => {
    expect(grad((_: Tensor<[]>) => tensor(7))(2).item()).toBe(0);
    expect(grad(grad((x: Tensor<[]>) => x.mul(3)))(2).item()).toBe(0);
  });

  it("leaves its arguments as they were: no grad, no graph", () => {
    const x = leaf([1, 2]);
    const plain = tensor([3, 4]) as Tensor;
    const [dx, dplain] = noGrad(() => grad((a: Tensor, b: Tensor) => a.mul(b).sum())(x, plain));
    expect([x.grad, plain.grad, plain.requiresGrad]).toEqual([null, null, false]);
    expect([dx.requiresGrad, dplain.requiresGrad]).toEqual([false, false]);
  });

  it("differentiates inside noGrad too", () => {
    expect(noGrad(() => grad((x: Tensor<[]>) => x.mul(x))(5)).item()).toBe(10);
  });

  it("ties its result to an argument that requires a gradient", () => {
    const x = leaf(2);
    grad((t: Tensor) => t.pow(3))(x).backward();
    expect(x.grad?.item()).toBe(12);
  });

  it("sees through closures: its result depends on a tensor that f merely uses", () => {
    const w = leaf(5);
    const dx = grad((x: Tensor<[]>) => x.mul(x).mul(w))(3); // 2xw
    expect(dx.item()).toBe(30);
    dx.backward();
    expect(w.grad?.item()).toBe(6);
  });

  it("keeps variables of nested functions apart: d/dx (x · d/dy (x + y)) is 1", () => {
    const inner = (x: Tensor<[]>) => grad((y: Tensor<[]>) => x.add(y))(2);
    expect(grad((x: Tensor<[]>) => x.mul(inner(x)))(3).item()).toBe(1);
  });

  it("multiplies Hessians with vectors: ∇(∇f · v)", () => {
    const f = (x: Tensor<[2]>) => x.at(0).pow(2).mul(x.at(1)); // x²y: H = [[2y, 2x], [2x, 0]]
    const product = grad((x: Tensor<[2]>) => grad(f)(x).dot(tensor([1, 10])))(tensor([3, 5]));
    expect(product.toArray()).toEqual([2 * 5 + 2 * 3 * 10, 2 * 3]);
  });
});

describe("a fused operation", () => {
  /** x ↦ x², 2x computed beforehand; counts how often its own backward pass is used. */
  let passes = 0;
  const square = fused(
    "square",
    (x: Tensor, _unused: Tensor) => x.mul(x),
    (x) => ({
      y: x.mul(x).detach(),
      backward: (g) => {
        passes++;
        return [g.mul(x.detach()).mul(2), null];
      },
    }),
  );

  it("goes back by its own pass, again for the same gradient", () => {
    const x = leaf([1, 3]);
    const y = square(x, zeros([1]));
    const g = ones([2]);
    y.backward(g);
    y.backward(g);
    expect([values(x.grad), passes]).toEqual([[4, 12], 2]);
  });

  it("is differentiated twice through what it is composed of", () => {
    passes = 0;
    const f = (x: Tensor<[]>) => square(x.pow(2), zeros([1])) as Tensor<[]>; // x⁴
    expect([grad(grad(f))(2).item(), passes]).toEqual([48, 0]);
  });
});

describe("valueAndGrad", () => {
  it("gives the value with the gradient, outside any graph", () => {
    const { value, grad } = valueAndGrad((x: Tensor<[3]>) => x.mul(x).sum())(tensor([1, 2, 3]));
    expect([value.item(), grad.toArray()]).toEqual([14, [2, 4, 6]]);
    expect([value.requiresGrad, grad.requiresGrad]).toEqual([false, false]);
  });

  it("does not touch the gradients of what f closes over", () => {
    const w = leaf(2);
    const { value } = valueAndGrad((x: Tensor<[]>) => x.mul(w))(3);
    expect(value.item()).toBe(6);
    expect(w.grad).toBeNull();
  });
});

// ── Properties ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** A random program: each step applies an operation to earlier results, so that parts are shared and some go unused. */
const smooth: readonly ((a: Tensor, b: Tensor) => Tensor)[] = [
  (a, b) => a.add(b),
  (a, b) => a.sub(b).mul(0.5),
  (a, b) => a.mul(b.tanh()),
  (a, b) => a.div(b.mul(b).add(1)),
  (a) => a.sin(),
  (a) => a.sigmoid(),
  (a) => a.mul(0.3).exp(),
  (a) => a.softmax(0),
  (a, b) => a.T.matmul(b).tanh(),
  (a, b) => a.sum(0, { keepdims: true }).mul(b),
  (a, b) => concat([a, b], 1).slice(1, 3, 1),
  (a) => a.permute([1, 0]).cos(),
];
const program = fc.array(fc.tuple(fc.nat(smooth.length - 1), fc.nat(), fc.nat()), { minLength: 1, maxLength: 12 });
const run = (steps: readonly (readonly [number, number, number])[]) => (x: Tensor, y: Tensor) => {
  const made = [x, y];
  for (const [f, i, j] of steps) made.push(smooth[f](made[i % made.length], made[j % made.length]));
  return made[made.length - 1].sum();
};
const element = fc.double({ min: -2, max: 2, noNaN: true });
const matrix = fc.array(element, { minLength: 4, maxLength: 4 }).map((flat) => tensor(flat).reshape([2, 2]) as Tensor);

describe("for any program of smooth operations", () => {
  it("Jᵀu by backward and Jv by differences agree: ⟨Jᵀu, v⟩ = ⟨u, Jv⟩", () => {
    fc.assert(
      fc.property(program, matrix, matrix, (steps, x, y) => {
        const inputs = [x, y].map((m) => {
          const input = m.clone();
          input.requiresGrad = true;
          return input;
        });
        return gradcheck(run(steps), inputs, { directions: 1 });
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it("the gradient is linear in the function: ∇(αf + βg) = α∇f + β∇g", () => {
    fc.assert(
      fc.property(program, program, matrix, element, element, (f, g, x, α, β) => {
        const [along, across] = [(t: Tensor) => run(f)(t, x), (t: Tensor) => run(g)(x, t)];
        const together = grad((t: Tensor) => along(t).mul(α).add(across(t).mul(β)))(x);
        const apart = grad(along)(x).mul(α).add(grad(across)(x).mul(β));
        expect(together).toBeAllclose(apart, { rtol: 1e-9, atol: 1e-9 });
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  it("backward and grad give the same", () => {
    fc.assert(
      fc.property(program, matrix, matrix, (steps, x, y) => {
        const [dx, dy] = grad(run(steps))(x, y);
        const [a, b] = [x.clone(), y.clone()];
        for (const input of [a, b]) input.requiresGrad = true;
        const out = run(steps)(a, b);
        if (out.requiresGrad) out.backward();
        expect(a.grad ?? zeros([2, 2])).toBeAllclose(dx, { rtol: 0, atol: 0 });
        expect(b.grad ?? zeros([2, 2])).toBeAllclose(dy, { rtol: 0, atol: 0 });
      }),
      { numRuns: 100, seed: 3 },
    );
  });
});
