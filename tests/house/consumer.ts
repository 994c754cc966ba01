/** @file A program as a reader of the library writes it, from its public names alone; checked by both compilers, not run. */

import * as foundations from "foundations";
import * as data from "foundations/data";
import * as notebook from "foundations/notebook";
import * as plot from "foundations/plot";

export const entries = [foundations, data, notebook, plot];

/** Knobs give the drawing values of their own types, and one that begins where it cannot is a red line. */
export function knobs(): void {
  const { knobs } = notebook;
  const draw = (...values: readonly unknown[]) => plot.lines({ y: [values.length] }, { title: "y", x: "x", y: "y" });
  knobs({ rate: { from: 0, to: 1, at: 0.1 }, a: { at: [3, 1] } }, ({ rate, a: [x, y] }) => draw(rate * 2, x * y));
  knobs({ bend: { of: ["relu", "tanh"], at: "relu" } }, ({ bend }) => {
    const name: "relu" | "tanh" = bend;
    return draw(name);
  });
  knobs({ batch: { of: [1, 8, 64], at: 8 }, mask: { at: true }, word: { at: "gato" } }, ({ batch, mask, word }) =>
    draw(batch * 2, mask === true, word.length),
  );
  knobs({ digit: { draw: [28, 28], at: new Float32Array(784) } }, ({ digit }) => draw(digit[0] * 2));
  // @ts-expect-error a slider begins at a number
  knobs({ rate: { from: 0, to: 1, at: "0.1" } }, () => draw());
  // @ts-expect-error a slider has two ends
  knobs({ rate: { from: 0, at: 0.1 } }, () => draw());
  // @ts-expect-error a choice begins with one of its names
  knobs({ bend: { of: ["relu", "tanh"], at: "sigmoid" } }, () => draw());
  // @ts-expect-error a choice begins with one of its numbers
  knobs({ batch: { of: [1, 8, 64], at: 2 } }, () => draw());
  // @ts-expect-error a point has two numbers
  knobs({ a: { at: [3, 1, 2] } }, () => draw());
  // @ts-expect-error a number alone does not say between which ends it moves
  knobs({ rate: { at: 0.1 } }, () => draw());
  // @ts-expect-error a sketch begins with numbers
  knobs({ digit: { draw: [28, 28], at: "seven" } }, () => draw());
  // @ts-expect-error a sketch has rows and columns
  knobs({ digit: { draw: 28 } }, () => draw());
  // @ts-expect-error there is no such knob
  knobs({ rate: { from: 0, to: 1, at: 0.1 } }, ({ speed }) => draw(speed));
}
