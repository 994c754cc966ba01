/** @file Reading a figure as a viewer would: its elements, and where its texts stand. */

import { DOMParser } from "linkedom";
import { textWidth } from "../../lib/plot/theme.js";

/** The figure's root element. */
export function parse(svg: string): Element {
  return new DOMParser().parseFromString(svg, "image/svg+xml").documentElement as unknown as Element;
}

/** All elements of the figure, the root first. */
export const elements = (svg: string): Element[] => {
  const root = parse(svg);
  return [root, ...Array.from(root.querySelectorAll("*"))];
};

export interface TextBox {
  text: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

type Matrix = [a: number, b: number, c: number, d: number, e: number, f: number];

const multiply = ([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix => [
  a * g + c * h,
  b * g + d * h,
  a * i + c * j,
  b * i + d * j,
  a * k + c * l + e,
  b * k + d * l + f,
];

function transformOf(element: Element): Matrix {
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  for (const [, kind, list] of (element.getAttribute("transform") ?? "").matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [p, q = kind === "scale" ? p : 0] = list.split(/[ ,]+/).map(Number);
    const radians = (p * Math.PI) / 180;
    const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
    const step: Record<string, Matrix> = {
      translate: [1, 0, 0, 1, p, q],
      scale: [p, 0, 0, q, 0, 0],
      rotate: [cos, sin, -sin, cos, 0, 0],
    };
    matrix = multiply(matrix, step[kind]);
  }
  return matrix;
}

/** What an element has of its own or from around it. */
function inherited(element: Element, name: string, otherwise: string): string {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const value = at.getAttribute(name);
    if (value !== null) return value;
  }
  return otherwise;
}

/** Where the texts of a figure stand, at the width of the widest of the usual fonts. */
export function textBoxes(svg: string): TextBox[] {
  const number = (value: string | null, fontSize: number) =>
    Number.parseFloat(value ?? "0") * (value?.endsWith("em") ? fontSize : 1);
  const texts = Array.from(parse(svg).querySelectorAll("text"));
  const lines = texts.flatMap((element) => (element.children.length > 0 ? Array.from(element.children) : [element]));
  return lines.map((element) => {
    const text = element.textContent ?? "";
    const fontSize = Number(inherited(element, "font-size", "13"));
    const width = textWidth(text, fontSize);
    const anchor = inherited(element, "text-anchor", "start");
    const x =
      number(element.getAttribute("x"), fontSize) - { start: 0, middle: width / 2, end: width }[anchor as "start"];
    const first = element.localName === "tspan" ? (element.parentElement as Element).children[0] : element;
    const y = number(first.getAttribute("y"), fontSize) + number(element.getAttribute("dy"), fontSize);
    let matrix: Matrix = [1, 0, 0, 1, 0, 0];
    for (let at: Element | null = element; at; at = at.parentElement) matrix = multiply(transformOf(at), matrix);
    const corners = [
      [x, y - 0.75 * fontSize],
      [x + width, y - 0.75 * fontSize],
      [x, y + 0.1 * fontSize],
      [x + width, y + 0.1 * fontSize],
    ].map(([px, py]) => [matrix[0] * px + matrix[2] * py + matrix[4], matrix[1] * px + matrix[3] * py + matrix[5]]);
    const [xs, ys] = [corners.map((corner) => corner[0]), corners.map((corner) => corner[1])];
    return { text, left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
  });
}

/** Pairs of texts that cover each other by more than a pixel both ways. Texts aslant are boxed too widely to tell. */
export function collisions(svg: string): string[] {
  const boxes = textBoxes(svg.replace(/<text[^>]*rotate\([^>]*>[^<]*<\/text>/g, ""));
  return boxes.flatMap((a, i) =>
    boxes
      .slice(i + 1)
      .filter(
        (b) =>
          Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
          Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1,
      )
      .map((b) => `"${a.text}" and "${b.text}"`),
  );
}
