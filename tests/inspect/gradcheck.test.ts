/** @file The gradient check itself: it must refuse what is wrong, and say by how much. */

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { op } from "../../lib/autograd/engine.js";
import { fused } from "../../lib/autograd/fused.js";
import { gradcheck, gradgradcheck, ones, type Tensor, tensor } from "../../lib/index.js";
import { messageOf } from "../helpers/messages.js";

type Unary = (this: Tensor) => Tensor;
const square = (x: Tensor) => x.mul(x).detach();
const inputs = () => [tensor([1, -2, 3], { dtype: "float64", requiresGrad: true }) as Tensor];

describe("gradcheck", () => {
  it.each<[string, Unary]>([
    ["a factor forgotten", op("square", square, [(g: Tensor, _, x) => g.mul(x)])],
    ["a sign turned", op("square", square, [(g: Tensor, _, x) => g.mul(x).mul(-2)])],
    ["an element moved", op("square", square, [(g: Tensor, _, x) => g.mul(turned(x)).mul(2)])],
    ["a two-thousandth too much", op("square", square, [(g: Tensor, _, x) => g.mul(x).mul(2.001)])],
  ])("refuses %s", (_, f) => {
    expect(messageOf(() => gradcheck((x) => f.call(x), inputs()))).toMatch(
      /^gradcheck: the gradient disagrees with the function on inputs \[3\], direction 0: autograd says -?[\d.]+, central differences say -?[\d.]+$/,
    );
  });

  it("accepts what is right", () => {
    const right: Unary = op("square", square, [(g: Tensor, _, x) => g.mul(x).mul(2)]);
    expect(gradcheck((x) => right.call(x), inputs())).toBe(true);
    expect(gradgradcheck((x) => right.call(x), inputs())).toBe(true);
  });

  it("sees a gradient that is right but cannot be differentiated", () => {
    const once: Unary = op("square", square, [(g: Tensor, _, x) => g.mul(x.detach()).mul(2)]);
    expect(gradcheck((x) => once.call(x), inputs())).toBe(true);
    expect(messageOf(() => gradgradcheck((x) => once.call(x), inputs()))).toMatch(/^gradcheck: the gradient disagrees/);
  });

  it("differentiates by the inputs that ask for it, and leaves the others as they are", () => {
    const constant = ones([3], { dtype: "int32" }) as Tensor;
    const f = (c: Tensor, x: Tensor) => x.mul(c.to("float64")).sin();
    expect(gradcheck(f, [constant, ...inputs()])).toBe(true);
    expect(gradgradcheck(f, [constant, ...inputs()])).toBe(true);
  });

  it("leaves grad as it was", () => {
    const [x] = inputs();
    gradcheck((y) => y.sin(), [x]);
    expect(x.grad).toBeNull();
  });
});

/** The elements of a vector, the last one first. */
function turned(x: Tensor): Tensor {
  return x.take(tensor([2, 1, 0], { dtype: "int32" }));
}

describe("a declaration", () => {
  /** Not run: each line must compile, or must not. */
  const declarations = () => {
    type Binary = (this: Tensor, other: Tensor) => Tensor;
    const add = (a: Tensor, b: Tensor) => a.add(b);
    op<Binary, [Tensor, Tensor]>("both", add, [(g) => g, (g) => g]);
    op<Binary, [Tensor, Tensor]>("none, in writing", add, [(g) => g, null]);
    // @ts-expect-error: the second argument's gradient is forgotten
    op("forgotten", add, [(g) => g]);
    // @ts-expect-error: so are both
    op("forgotten", add, []);
    // @ts-expect-error: an argument that may be a tensor has a gradient too
    op("forgotten", (a: Tensor, b: Tensor | number) => a.add(b), [(g) => g]);
    // @ts-expect-error: and one that may be left out
    op("forgotten", (a: Tensor, b?: Tensor) => a.add(b ?? 0), [(g) => g]);
    // @ts-expect-error: and one behind an option
    op("forgotten", (a: Tensor, _axis: number, b: Tensor) => a.add(b), [(g) => g, null]);
    // @ts-expect-error: a list of any length has no gradient for each; record it with `record`
    op("forgotten", (...all: Tensor[]) => all[0], [(g) => g]);
    op("behind the last tensor nothing is due", (a: Tensor, axis: number) => a.sum(axis), [(g) => g]);
    fused("both", add, (a, b) => ({ y: a.add(b), backward: (g) => [g, g] }));
    // @ts-expect-error: the second argument's gradient is forgotten
    fused("forgotten", add, (a, b) => ({ y: a.add(b), backward: (g) => [g] }));
  };

  it("without a gradient, or null, for each tensor argument does not compile", () => {
    expect(declarations).toBeTypeOf("function");
  });

  it("is held to it without exception: no operation casts its gradients away", () => {
    for (const room of ["ops", "nn"]) {
      for (const file of readdirSync(new URL(`../../lib/${room}`, import.meta.url))) {
        const text = readFileSync(new URL(`../../lib/${room}/${file}`, import.meta.url), "utf8");
        if (/autograd\/(engine|fused)/.test(text))
          expect(text).not.toMatch(/\bas (any|never)\b|@ts-(ignore|expect-error|nocheck)/);
      }
    }
  });
});

describe("options and inputs that mean nothing", () => {
  const x = () => tensor([1, 2], { dtype: "float64", requiresGrad: true });
  const f = (x: Tensor) => x.pow(3).sum();
  it.each<[string, object]>([
    ["directions is a whole number from 1 up, got 1.5", { directions: 1.5 }],
    ["atol is a finite number from 0 up, got NaN", { atol: Number.NaN }],
    ["step is a finite number above 0, got 0", { step: 0 }],
  ])("%s", (sentence, options) => {
    expect(() => gradcheck(f, [x() as never], options)).toThrow(`gradcheck: ${sentence}`);
  });
  it("are refused by gradgradcheck too, which passes on what is no tensor", () => {
    expect(() => gradgradcheck(f, null as never)).toThrow("gradgradcheck: takes an array of inputs, got null");
    expect(gradgradcheck((x: Tensor, n: number) => x.pow(n).sum(), [x() as never, 3 as never])).toBe(true);
  });
});
