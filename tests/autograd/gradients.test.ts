/** @file Every operation's gradient, and its gradient's gradient, held against central differences. */

import { describe, expect, it } from "vitest";
import { Generator, gradcheck, gradgradcheck } from "../../lib/index.js";
import { show, sizeOf } from "../../lib/shape/rules.js";
import { drawn, examples } from "../ops/examples.js";
import { type LayoutName, laidOut, layoutNames } from "../tensor/layouts.js";

function inputs(shapes: Parameters<typeof drawn>[0][], layout: LayoutName) {
  const generator = new Generator(7);
  return shapes.map((input) => {
    const { shape, draw } = drawn(input);
    const x = laidOut(layout, shape, draw(generator, sizeOf(shape)), "float64");
    x.requiresGrad = true;
    return x;
  });
}

describe.each(Object.entries(examples))("%s", (_, cases) => {
  it.each(cases.map(([f, ...shapes]) => [shapes.map((x) => show(drawn(x).shape)).join(" "), f, shapes] as const))(
    "has the right gradients at %s",
    (_, f, shapes) => {
      for (const layout of layoutNames) {
        expect(gradcheck(f, inputs([...shapes], layout))).toBe(true);
        expect(gradgradcheck(f, inputs([...shapes], layout))).toBe(true);
      }
    },
  );
});
