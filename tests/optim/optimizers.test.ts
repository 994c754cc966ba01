/** @file Optimizers and clipping walk PyTorch's paths, step by step, in float64; and say what they cannot move. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nn, ones, optim, setDefaultDtype, type Tensor, tensor, zeros } from "../../lib/index.js";
import { messageOf } from "../helpers/messages.js";
import { clipping, flat, optimizers, pattern } from "../pytorch/reference.js";

beforeAll(() => setDefaultDtype("float64"));
afterAll(() => setDefaultDtype("float32"));

const ours: Record<string, (parameters: Tensor[]) => optim.Optimizer> = {
  SGD: (p) => new optim.SGD(p, { lr: 0.1 }),
  "SGD with momentum": (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9 }),
  "SGD with Nesterov momentum and weight decay": (p) =>
    new optim.SGD(p, { lr: 0.1, momentum: 0.8, nesterov: true, weightDecay: 0.05 }),
  RMSprop: (p) => new optim.RMSprop(p),
  "RMSprop with options": (p) => new optim.RMSprop(p, { lr: 0.05, alpha: 0.9, eps: 1e-4, weightDecay: 0.1 }),
  Adam: (p) => new optim.Adam(p),
  "Adam with options": (p) => new optim.Adam(p, { lr: 0.1, betas: [0.8, 0.95], eps: 1e-5, weightDecay: 0.1 }),
  AdamW: (p) => new optim.AdamW(p),
  "AdamW with options": (p) => new optim.AdamW(p, { lr: 0.1, betas: [0.8, 0.95], weightDecay: 0.3 }),
};

function leaf(name: string, shape: number[]): Tensor {
  const x = pattern(name, shape) as Tensor;
  x.requiresGrad = true;
  return x;
}
/** Σ (x² − 1)² / 4 */
const wells = (x: Tensor) => x.pow(2).sub(1).pow(2).sum().div(4) as Tensor;

it("has an optimizer for every reference path", () => {
  expect(Object.keys(ours)).toEqual(Object.keys(optimizers));
});

it.each(Object.keys(ours))(
  "%s takes PyTorch's path, also of a parameter with a gradient on every other step only",
  (name) => {
    const [a, b] = [leaf("a", [3]), leaf("b", [2, 2])];
    const optimizer = ours[name]([a, b]);
    for (const [step, wanted] of optimizers[name].entries()) {
      optimizer.zeroGrad();
      (step % 2 === 0 ? wells(a).add(wells(b)) : wells(a)).backward();
      optimizer.step();
      for (const [i, x] of [...flat(a), ...flat(b)].entries())
        expect(x, `step ${step}, number ${i}`).toBeCloseTo(wanted[i], 8);
    }
  },
);

it.each([
  ["Adam", (p: Tensor[]) => new optim.Adam(p, { lr: 0.1, eps: 0 }), 0.9],
  ["RMSprop", (p: Tensor[]) => new optim.RMSprop(p, { lr: 0.1, alpha: 0.75, eps: 0 }), 0.8],
])("%s squares a small gradient of float64 without losing it", (_, make, wanted) => {
  const x = tensor([1], { requiresGrad: true });
  const optimizer = make([x]);
  x.mul(1e-25).sum().backward();
  optimizer.step();
  expect(x.item()).toBeCloseTo(wanted, 12);
});

it("float32 parameters stay float32, and follow the float64 path to 1e-5", () => {
  const [x64, x32] = (["float64", "float32"] as const).map((dtype) =>
    tensor([0.5, -1.5], { dtype, requiresGrad: true }),
  );
  for (const x of [x64, x32]) {
    const adam = new optim.Adam([x], { lr: 0.1 });
    for (let step = 0; step < 50; step++) {
      adam.zeroGrad();
      x.mul(x).sum().backward();
      adam.step();
    }
  }
  expect(x32.dtype).toBe("float32");
  for (const [i, value] of x32.toArray().entries()) expect(value).toBeCloseTo(x64.toArray()[i], 5);
});

it("a step follows a gradient that is a view of other storage", () => {
  const w = tensor(
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    { requiresGrad: true },
  );
  w.T.mul(
    tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  )
    .sum()
    .backward();
  new optim.SGD([w], { lr: 1 }).step();
  expect(w.toArray()).toEqual([
    [0, -1, -2],
    [2, 1, 0],
  ]);
});

it("a step through the old values is refused by backward", () => {
  const x = tensor([1, 2], { requiresGrad: true });
  const loss = x.mul(x).sum();
  loss.backward();
  new optim.SGD([x]).step();
  expect(() => loss.backward()).toThrow(/changed in place after mul/);
});

it("two optimizers of one parameter remember apart", () => {
  const x = tensor([1], { requiresGrad: true });
  const [one, two] = [new optim.SGD([x], { lr: 0.1, momentum: 0.9 }), new optim.SGD([x], { lr: 0.1, momentum: 0.9 })];
  x.sum().backward();
  one.step();
  two.step();
  expect(x.item()).toBeCloseTo(0.8, 12);
});

describe("what an optimizer remembers", () => {
  const walk = (parameters: Tensor[], optimizer: optim.Optimizer, steps: number) => {
    for (let step = 0; step < steps; step++) {
      optimizer.zeroGrad();
      for (const parameter of parameters) wells(parameter).backward();
      optimizer.step();
    }
    return parameters.map((parameter) => parameter.toArray());
  };
  const leaves = () => [leaf("w", [2, 3]), leaf("b", [3])];

  it.each(Object.keys(ours))("goes into a file and out again, and %s goes on as if nothing had been", (name) => {
    const [straight, first] = [leaves(), leaves()];
    const through = walk(straight, ours[name](straight), 7);
    const optimizer = ours[name](first);
    walk(first, optimizer, 4);
    const file = nn.toSafetensors(optimizer.stateDict());
    const second = first.map(
      (parameter) => Object.assign(parameter.detach().clone(), { requiresGrad: true }) as Tensor,
    );
    const resumed = ours[name](second);
    resumed.lr = 0;
    expect(walk(second, resumed.loadStateDict(nn.fromSafetensors(file)), 3)).toEqual(through);
  });

  it("is a copy", () => {
    const x = leaves();
    const optimizer = ours["SGD with momentum"](x);
    walk(x, optimizer, 1);
    const kept = optimizer.stateDict();
    const before = kept["velocity.0"].toArray();
    walk(x, optimizer, 3);
    expect(kept["velocity.0"].toArray()).toEqual(before);
    expect(kept.steps.toArray()).toEqual([1, 1]);
  });

  it("is refused by another kind of optimizer and by other parameters, and then nothing has changed", () => {
    const x = leaves();
    const adam = ours.Adam(x);
    walk(x, adam, 2);
    const state = adam.stateDict();
    const advice =
      "it takes what stateDict gave of the same kind of optimizer, of the same parameters in the same order";
    expect(messageOf(() => ours.RMSprop(x).loadStateDict(state))).toBe(
      `loadStateDict: RMSprop does not fit: mean.0 is unknown; mean.1 is unknown; ${advice}`,
    );
    expect(messageOf(() => ours.Adam(x.slice(0, 1)).loadStateDict(state))).toBe(
      `loadStateDict: Adam does not fit: steps is [2], needs [1]; mean.1 is unknown; square.1 is unknown; ${advice}`,
    );
    expect(messageOf(() => adam.loadStateDict({ ...state, "mean.0": zeros([5]), lr: tensor(9) }))).toBe(
      `loadStateDict: Adam does not fit: mean.0 is [5], needs [2, 3]; ${advice}`,
    );
    const [plain, rmsprop] = [ours.SGD(x), ours.RMSprop(x)];
    for (const other of [plain, rmsprop]) walk(x, other, 1);
    expect(messageOf(() => adam.loadStateDict(plain.stateDict()))).toBe(
      `loadStateDict: Adam does not fit: mean.0 is missing; mean.1 is missing; square.0 is missing; square.1 is missing; ${advice}`,
    );
    expect(messageOf(() => adam.loadStateDict(rmsprop.stateDict()))).toBe(
      `loadStateDict: Adam does not fit: mean.0 is missing; mean.1 is missing; ${advice}`,
    );
    expect(messageOf(() => adam.loadStateDict({ ...state, "mean.00": state["mean.0"] }))).toBe(
      `loadStateDict: Adam does not fit: mean.00 is unknown; ${advice}`,
    );
    expect(adam.stateDict().lr.item()).toBe(0.001);
    expect(messageOf(() => adam.loadStateDict(undefined as never))).toBe(
      `loadStateDict: Adam does not fit: lr is missing; steps is missing, needs [2]; ${advice}`,
    );
  });
});

describe("clipping", () => {
  const both = () => {
    const found = [
      zeros([3], { requiresGrad: true }) as unknown as Tensor,
      zeros([2, 2], { requiresGrad: true }) as unknown as Tensor,
    ];
    found[0].grad = pattern("a", [3]) as Tensor;
    found[1].grad = pattern("b", [2, 2]) as Tensor;
    return found;
  };
  it.each([0.5, 100])("by norm to %d agrees with PyTorch", (limit) => {
    const parameters = both();
    const reference = clipping[`norm ${limit}`];
    expect(optim.clipGradNorm(parameters, limit)).toBeCloseTo(reference.norm as number, 12);
    for (const [p, { grad }] of parameters.entries()) {
      for (const [i, g] of flat(grad).entries()) expect(g).toBeCloseTo(reference.gradients[p][i], 9);
    }
  });
  it("by value agrees with PyTorch", () => {
    const parameters = both();
    optim.clipGradValue(parameters, 0.5);
    expect(parameters.map(({ grad }) => flat(grad))).toEqual(clipping["value 0.5"].gradients);
  });
  it("by norm keeps the direction", () => {
    const parameters = both();
    const before = parameters.flatMap(({ grad }) => flat(grad));
    const norm = optim.clipGradNorm(parameters, 0.5);
    const after = parameters.flatMap(({ grad }) => flat(grad));
    for (const [i, g] of after.entries()) expect(g).toBeCloseTo((before[i] * 0.5) / norm, 5);
  });
  it("scales a gradient that two parameters share once for each", () => {
    const [a, b] = [tensor([3], { requiresGrad: true }), tensor([4], { requiresGrad: true })];
    a.add(b).sum().backward();
    optim.clipGradNorm([a, b], Math.SQRT1_2);
    expect(flat(a.grad)[0]).toBeCloseTo(0.5, 5);
    expect(flat(b.grad)[0]).toBeCloseTo(0.5, 5);
  });
  it.each([1e200, 1e-200])("by norm is right where squares of %d overflow or underflow", (size) => {
    const x = tensor([0, 0], { dtype: "float64", requiresGrad: true });
    x.grad = tensor([3 * size, 4 * size], { dtype: "float64" });
    expect(optim.clipGradNorm([x], Math.max(size, 1)) / size).toBeCloseTo(5, 12);
    for (const [i, g] of flat(x.grad as unknown as Tensor).entries()) {
      expect(g / size).toBeCloseTo(size > 1 ? [0.6, 0.8][i] : [3, 4][i], 5);
    }
  });
  it.each([3, Infinity, Number.NaN])("by norm to Infinity leaves a gradient of %d as it is", (g) => {
    const x = tensor([0, 0], { requiresGrad: true });
    x.grad = tensor([g, 4]);
    expect(optim.clipGradNorm([x], Infinity)).toBe(Math.hypot(g, 4));
    expect(flat(x.grad as unknown as Tensor)).toEqual([g, 4]);
  });
  it("leaves out parameters without a gradient", () => {
    expect(optim.clipGradNorm([zeros([2], { requiresGrad: true })], 1)).toBe(0);
  });
});

describe("says what it cannot do", () => {
  const x = () => zeros([2, 3], { requiresGrad: true });
  const turned = () => Object.assign(zeros([2, 3]).T, { requiresGrad: true });
  const twice = x();
  it.each<[string, () => unknown]>([
    ["SGD: got no parameters; pass module.parameters()", () => new optim.SGD([])],
    [
      "Adam: parameter 0, of shape [2], has no gradient to follow; create it with { requiresGrad: true }",
      () => new optim.Adam([zeros([2])]),
    ],
    [
      "Adam: parameter 0, of shape [2, 3], was made by mul; pass the leaf it is made from",
      () => new optim.Adam([x().mul(2)]),
    ],
    [
      "Adam: parameter 1, of shape [3, 2], is a view of other storage; pass a copy, x.detach().clone()",
      () => new optim.Adam([x(), turned()]),
    ],
    ["SGD: parameter 0 is 3, not a tensor", () => new optim.SGD([3 as never])],
    ["SGD: a parameter is listed twice", () => new optim.SGD([twice, twice])],
    ["SGD: lr is a finite number from 0 up, got -1", () => new optim.SGD([x()], { lr: -1 })],
    ['SGD: lr is a finite number from 0 up, got "0.1"', () => new optim.SGD([x()], { lr: "0.1" as never })],
    ["SGD: nesterov needs momentum above 0", () => new optim.SGD([x()], { nesterov: true })],
    [
      "Adam: betas[1] is a finite number from 0 up to, not including, 1, got 1",
      () => new optim.Adam([x()], { betas: [0.9, 1] }),
    ],
    ["clipGradNorm: maxNorm is a number from 0 up, got -1", () => optim.clipGradNorm([], -1)],
    ["clipGradValue: the limit is a number from 0 up, got NaN", () => optim.clipGradValue([], Number.NaN)],
  ])("%s", (message, attempt) => {
    expect(messageOf(attempt)).toBe(message);
  });
});

describe("a gradient that was set by hand", () => {
  it.each([
    ["of another shape", zeros([3], { dtype: "float32" }), "float32 [3]"],
    ["of another dtype", zeros([100], { dtype: "float64" }), "float64 [100]"],
    ["that is no tensor", [1, 2], "an array of 2"],
  ])("%s is refused before anything moves", (_, grad, got) => {
    const options = { dtype: "float32", requiresGrad: true } as const;
    const [x, y] = [ones([2], options), zeros([100], options)];
    x.grad = ones([2], { dtype: "float32" });
    y.grad = grad as never;
    expect(messageOf(() => new optim.Adam([x, y]).step())).toBe(
      `Adam: the gradient of parameter 1 is float32 [100] like the parameter, got ${got}`,
    );
    expect(x.toArray()).toEqual([1, 1]);
  });
});

it("a state with a learning rate or a number of steps that cannot be is refused", () => {
  const adam = new optim.Adam([zeros([2], { requiresGrad: true })]);
  const state = { lr: tensor(Number.NaN), steps: tensor([-1], { dtype: "int32" }) };
  expect(messageOf(() => adam.loadStateDict(state as never))).toContain(
    "lr is NaN, no learning rate; steps holds -1, no number of steps",
  );
  const beyond = { lr: tensor(1), steps: tensor([2 ** 31], { dtype: "float64" }) };
  expect(messageOf(() => adam.loadStateDict(beyond as never))).toContain("steps holds 2147483648, no number of steps");
});

it("clipping by norm keeps what it can store, where the factor underflows", () => {
  const x = zeros([2], { requiresGrad: true });
  x.grad = tensor([3e38, 0]);
  optim.clipGradNorm([x], 1e-8);
  expect(flat(x.grad as unknown as Tensor)[0]).toBeCloseTo(1e-8, 12);
});

it.each([
  ["Adam", (p: Tensor[]) => new optim.Adam(p), 5.7e20, 5.9e20],
  ["AdamW", (p: Tensor[]) => new optim.AdamW(p, { weightDecay: 0 }), 5.7e20, 5.9e20],
  ["RMSprop", (p: Tensor[]) => new optim.RMSprop(p), 1.8e20, 1.9e20],
] as const)(
  "%s does not move a float32 number whose squared gradient overflows, then or later, as in PyTorch",
  (_, make, fits, overflows) => {
    const moved = (...gradients: number[]) => {
      const x = tensor([1], { dtype: "float32", requiresGrad: true }) as unknown as Tensor;
      const optimizer = make([x]);
      for (const g of gradients) {
        x.grad = tensor([g], { dtype: "float32" }) as unknown as Tensor;
        optimizer.step();
      }
      return x.toArray();
    };
    expect(moved(fits)).not.toEqual([1]);
    expect(moved(overflows)).toEqual([1]);
    expect(moved(overflows, 1)).toEqual([1]);
  },
);
