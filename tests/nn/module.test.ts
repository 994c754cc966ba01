/** @file Modules find their tensors, switch between training and evaluation, and give and take their state. */

import { describe, expect, it } from "vitest";
import { manualSeed, nn, ones, randn, type Tensor, tensor, zeros } from "../../lib/index.js";

class Net extends nn.Module {
  hidden = new nn.Linear(2, 3);
  readonly branches = [new nn.Linear(3, 1, { bias: false }), new nn.Dropout(0.5)];
  scale = ones([1], { requiresGrad: true });
  running = zeros([4]);
  kept: Tensor | null = null;
  #memory = zeros([5], { requiresGrad: true });

  forward(x: Tensor<[number, 2]>): Tensor<[number, 3]> {
    const y = this.hidden.forward(x).mul(this.scale).add(this.#memory.sum());
    this.kept = y as unknown as Tensor;
    return y as unknown as Tensor<[number, 3]>;
  }
}

describe("parameters", () => {
  it("are the tensors that require a gradient, below the module, by their path", () => {
    expect(new Net().namedParameters().map(([name, { shape }]) => [name, shape])).toEqual([
      ["scale", [1]],
      ["hidden.weight", [3, 2]],
      ["hidden.bias", [3]],
      ["branches.0.weight", [1, 3]],
    ]);
  });
  it("are found in arrays and plain objects, however nested", () => {
    class Nested extends nn.Module {
      byName = { a: new nn.Linear(1, 1, { bias: false }), list: [[ones([2], { requiresGrad: true })]] };
      notState = [1, null, undefined, "x", new Map([["hidden", ones([1], { requiresGrad: true })]])];
    }
    expect(new Nested().namedParameters().map(([name]) => name)).toEqual(["byName.list.0.0", "byName.a.weight"]);
    expect(new Nested().eval().byName.a.training).toBe(false);
  });
  it("are no results that a module keeps", () => {
    const net = new Net();
    net.forward(ones([1, 2]));
    expect(net.kept?.requiresGrad).toBe(true);
    expect(net.parameters()).toHaveLength(4);
    expect(Object.keys(net.stateDict())).not.toContain("kept");
  });
  it("count once where they are shared", () => {
    const net = new Net();
    const twins = new nn.Sequential(net.hidden, net.hidden);
    expect(twins.namedParameters().map(([name]) => name)).toEqual(["layers.0.weight", "layers.0.bias"]);
    expect(Object.keys(twins.stateDict())).toHaveLength(4);
  });
  it("leave out what is frozen, which stays in the state", () => {
    const net = new Net();
    net.hidden.weight.requiresGrad = false;
    expect(net.parameters()).toHaveLength(3);
    expect(Object.keys(net.stateDict())).toContain("hidden.weight");
  });
});

it("train and eval reach every module below", () => {
  const net = new Net();
  const [, dropout] = net.branches;
  expect([net.training, dropout.training]).toEqual([true, true]);
  net.eval();
  expect([net.training, dropout.training, net.hidden.training]).toEqual([false, false, false]);
  net.train();
  expect([net.training, dropout.training]).toEqual([true, true]);
});

describe("stateDict", () => {
  it("holds parameters and other tensors, and is a copy", () => {
    const net = new Net();
    const state = net.stateDict();
    expect(Object.keys(state)).toEqual(["scale", "running", "hidden.weight", "hidden.bias", "branches.0.weight"]);
    expect(state["hidden.weight"].requiresGrad).toBe(false);
    nn.init.constant(net.scale, 7);
    expect(state.scale.item()).toBe(1);
  });
  it("of one module makes another its equal", () => {
    const [one, other] = [new nn.MLP([2, 5, 3]), new nn.MLP([2, 5, 3])];
    const x = randn([4, 2]);
    expect(other.forward(x).toArray()).not.toEqual(one.forward(x).toArray());
    expect(other.loadStateDict(one.stateDict()).forward(x).toArray()).toEqual(one.forward(x).toArray());
  });
  it("is taken in at its values, whatever its dtype", () => {
    const layer = new nn.Linear(1, 1, { bias: false });
    layer.loadStateDict({ weight: tensor([[0.5]], { dtype: "float64" }) as unknown as Tensor });
    expect(layer.weight.dtype).toBe("float32");
    expect(layer.weight.item()).toBe(0.5);
  });
  it.each<[string, (state: nn.StateDict) => nn.StateDict]>([
    ["weight is missing", ({ bias }) => ({ bias })],
    ["extra is unknown", (state) => ({ ...state, extra: state.bias })],
    ["bias is [2, 3], needs [2]", ({ weight }) => ({ weight, bias: weight })],
    ["bias is 3, not a tensor", ({ weight }) => ({ weight, bias: 3 as never })],
    ["weight is missing; bias is missing; 0.weight is unknown", ({ weight }) => ({ "0.weight": weight })],
  ])("is refused, and nothing changed, if %s", (fault, change) => {
    const layer = new nn.Linear(3, 2);
    const before = layer.weight.toArray();
    const given = change(new nn.Linear(3, 2).stateDict());
    expect(() => layer.loadStateDict(given)).toThrow(
      new Error(`loadStateDict: Linear does not fit: ${fault}; rename or reshape entries first`),
    );
    expect(layer.weight.toArray()).toEqual(before);
  });
});

describe("a module that leads back to one that holds it", () => {
  class Child extends nn.Module {
    parent: nn.Module | null = null;
  }
  class Parent extends nn.Module {
    readonly parts = [new Child()];
  }
  const family = () => {
    const parent = new Parent();
    parent.parts[0].parent = parent;
    return parent;
  };

  it.each<[string, (module: nn.Module) => unknown]>([
    ["parameters", (module) => module.parameters()],
    ["stateDict", (module) => module.stateDict()],
    ["eval", (module) => module.eval()],
    ["toString", String],
  ])("is refused by %s, with the way", (_, use) => {
    const back = "that it is itself part of; a way back belongs in a private #field";
    const parent = family();
    expect(() => use(parent)).toThrow(new Error(`Parent: parts.0.parent is the Parent ${back}`));
    expect(() => use(parent.parts[0])).toThrow(new Error(`Child: parent.parts.0 is the Child ${back}`));
    expect(parent.training).toBe(true);
  });
});

it("a state is taken from an object, and from nothing else", () => {
  for (const given of [undefined, null, 3]) {
    expect(() => new nn.Linear(1, 1).loadStateDict(given as never)).toThrow(
      new TypeError(`loadStateDict: takes tensors by name, as stateDict() gives them; got ${given}`),
    );
  }
});

it("prints its parameters, their shapes and how many numbers they hold", () => {
  expect(String(new nn.MLP([2, 8, 1]))).toBe(
    "MLP: 33 parameters\n  layers.0.weight  [8, 2]\n  layers.0.bias    [8]\n  layers.1.weight  [1, 8]\n  layers.1.bias    [1]",
  );
  expect(String(new nn.ReLU())).toBe("ReLU: 0 parameters");
});

it("a seed decides how parameters start", () => {
  const made = (seed: number) => {
    manualSeed(seed);
    return new nn.MLP([2, 3, 1]).layers[0].weight.toArray();
  };
  expect(made(1)).toEqual(made(1));
  expect(made(1)).not.toEqual(made(2));
});

it("a plain object that holds itself is looked through once", () => {
  class Configured extends nn.Module {
    weight = zeros([2], { requiresGrad: true });
    config: Record<string, unknown> = { rate: 1 };
  }
  const module = new Configured();
  module.config.self = module.config;
  expect(module.parameters()).toHaveLength(1);
});
