/** @file Storage used again: what nobody holds serves anew, and what somebody holds is never written to. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Generator, grad, randn, type Tensor, tensor } from "../../lib/index.js";
import { Recycling, roomFor } from "../../lib/kernels/recycling.js";

/** Beyond the size from which storage is used again. */
const LARGE = 5000;

describe("an array of a pass", () => {
  it("serves the next that asks for its size, once nobody holds it", () => {
    const pass = Recycling.start();
    const array = roomFor(LARGE);
    pass.hold(array);
    pass.sweep();
    expect(roomFor(LARGE)).not.toBe(array);
    pass.letGo(array);
    pass.sweep();
    expect([roomFor(LARGE), roomFor(LARGE)]).toContain(array);
    pass.end();
  });

  it("stays as long as one of two still holds it", () => {
    const pass = Recycling.start();
    const array = roomFor(LARGE + 1);
    pass.hold(array);
    pass.hold(array);
    pass.letGo(array);
    pass.sweep();
    expect(roomFor(LARGE + 1)).not.toBe(array);
    pass.end();
  });

  it("given away is never taken back", () => {
    const pass = Recycling.start();
    const array = roomFor(LARGE + 2);
    pass.hold(array);
    pass.giveAway(array);
    pass.letGo(array);
    pass.sweep();
    expect(roomFor(LARGE + 2)).not.toBe(array);
    pass.end();
  });

  it("made outside a pass belongs to who asked for it", () => {
    const array = roomFor(LARGE + 3);
    const pass = Recycling.start();
    pass.hold(array);
    pass.letGo(array);
    pass.sweep();
    expect(roomFor(LARGE + 3)).not.toBe(array);
    pass.end();
  });
});

describe("gradients", () => {
  const generator = new Generator(1);
  const leaf = () => {
    const x = randn([LARGE], { generator }) as unknown as Tensor;
    x.requiresGrad = true;
    return x;
  };
  /** Steps from two tensors to one, some of which pass their gradient on as it is. */
  const steps: Record<string, (a: Tensor, b: Tensor) => Tensor> = {
    add: (a, b) => a.add(b),
    sub: (a, b) => a.sub(b),
    mul: (a, b) => a.mul(b),
    tanh: (a, b) => a.tanh().add(b),
    reshape: (a, b) =>
      a
        .reshape([2, LARGE / 2])
        .flatten()
        .mul(b),
    flipped: (a, b) =>
      a
        .reshape([2, LARGE / 2])
        .T.reshape([LARGE])
        .add(b),
    shared: (a, b) => a.add(a).add(b.detach()),
  };

  it("someone holds are never written to by later passes, whatever the graph", () => {
    const path = fc.array(fc.constantFrom(...Object.keys(steps)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(path, { minLength: 2, maxLength: 4 }), (paths) => {
        const held: { gradient: Tensor; values: unknown }[] = [];
        const hold = (gradient: Tensor | null) => {
          if (gradient) held.push({ gradient, values: gradient.toTypedArray() });
        };
        for (const path of paths) {
          const [a, b] = [leaf(), leaf()];
          const middle = a.mul(b);
          middle.retainGrad();
          const y = path.reduce((x, name) => steps[name](x, b), middle);
          y.sum().backward();
          for (const x of [a, b, middle]) hold(x.grad);
          y.mul(y).mean().backward();
          for (const x of [a, b, middle]) hold(x.grad);
          hold(grad((x: Tensor) => steps[path[0]](x, b.detach()).mul(x).sum())(a.detach()));
        }
        for (const { gradient, values } of held) expect(gradient.toTypedArray()).toEqual(values);
      }),
      { numRuns: 40 },
    );
  });

  it("are the same whether storage is fresh or used before", () => {
    const [a, b] = [leaf(), leaf()];
    const gradientsOf = () => {
      a.grad = b.grad = null;
      a.mul(b).tanh().sub(a).mul(b.add(a)).sum().backward();
      return [a, b].map((x) => (x.grad as Tensor).toTypedArray());
    };
    const first = gradientsOf();
    for (let i = 0; i < 5; i++) expect(gradientsOf()).toEqual(first);
  });

  it("start anew after a pass that was refused halfway", () => {
    const x = tensor([1, 2, 3], { requiresGrad: true });
    const weight = tensor([1, 1, 1]);
    const y = x.mul(2);
    const refused = y.mul(weight).add(y).sum();
    weight.copy_(5);
    expect(() => refused.backward()).toThrow("changed in place");
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual([2, 2, 2]);
  });
});
