/** @file Contours, heat maps, the plane, digits, graphs, networks and multiples draw what they are given. */

import { describe, expect, test } from "vitest";
import { inkOn, sequential } from "../../lib/plot/color.js";
import { extent } from "../../lib/plot/data.js";
import {
  confusionMatrix,
  contours,
  diagram,
  digits,
  graph,
  heatmap,
  lines,
  multiples,
  network,
  transformation,
  vectors,
} from "../../lib/plot/index.js";
import { pixels } from "../../lib/plot/pixels.js";
import { textWidth } from "../../lib/plot/theme.js";
import { parse, textBoxes } from "./reading.js";

const title = "A title";
const texts = (figure: { svg: string }) => textBoxes(figure.svg).map((box) => box.text);
const count = (figure: { svg: string }, selector: string) => parse(figure.svg).querySelectorAll(selector).length;

describe("contours", () => {
  const plane = { title, x: { label: "x", domain: [-1, 1] as const }, y: { label: "y", domain: [-1, 1] as const } };
  const bowl = (x: number, y: number) => x * x + y * y;

  test("have as many bands as asked for", () => {
    expect(count(contours(bowl, { ...plane, levels: 4 }), '[data-mark="contour"] path')).toBe(4);
    expect(count(contours(bowl, { ...plane, levels: [0.5, 1] }), '[data-mark="contour"] path')).toBe(3); // and what lies below
  });

  test("of levels that are given, or grow by a ratio, are named by the edges between them", () => {
    const given = contours(bowl, { ...plane, levels: [0, 0.1, 0.5, 1] });
    expect(texts(given)).toEqual(expect.arrayContaining(["0.1", "0.5", "1"]));
    expect(texts(given)).not.toContain("2");
    expect(texts(contours((x) => 10 ** (x - 1), { ...plane, logLevels: true, levels: 2 }))).toContain("0.1");
  });

  test("part colors at the middle: blue below, orange above", () => {
    const figure = contours((x) => x, { ...plane, middle: 0, levels: 2 });
    const [below, above] = Array.from(
      parse(figure.svg).querySelectorAll('[data-mark="contour"] path'),
      (path) => path.getAttribute("fill") ?? "",
    );
    const channels = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
    expect(channels(below)[2]).toBeGreaterThan(channels(below)[0]);
    expect(channels(above)[0]).toBeGreaterThan(channels(above)[2]);
  });

  test("can carry a field of arrows and named paths", () => {
    const figure = contours(bowl, {
      ...plane,
      arrows: (x, y) => [2 * x, 2 * y],
      series: {
        descent: [
          [0.9, 0.9],
          [0.5, 0.5],
          [0.1, 0.1],
        ],
      },
    });
    expect(count(figure, '[data-mark="arrow"] path')).toBe(88 + 2);
    expect(texts(figure)).toContain("descent");
  });

  test("cut a step that leaves the picture instead of leaving it out", () => {
    const figure = contours(bowl, {
      ...plane,
      series: {
        leap: [
          [0, 0],
          [5, 0],
        ],
      },
    });
    expect(count(figure, '[data-mark="arrow"] path')).toBe(0);
    expect(count(figure, '[data-mark="line"] path')).toBe(1);
  });

  /** How far the sides of a polygon stand from the ellipse that it is drawn for, as a fraction of the ellipse's size. */
  const raggedness = (figure: { svg: string }) => {
    const [path] = Array.from(parse(figure.svg).querySelectorAll('[data-mark="contour"] path')).slice(-1);
    const rings = (path.getAttribute("d") ?? "").replaceAll("Z", "").split("M").slice(1);
    const inner = rings.map((ring) => ring.split("L").map((point) => point.split(",").map(Number))).at(-1) ?? [];
    const unit = [0, 1].map((axis) => {
      const [low, high] = extent(inner.map((point) => point[axis]));
      return inner.map((point) => (2 * point[axis] - low - high) / (high - low));
    });
    const middles = inner.slice(1).map((_, i) => unit.map((at) => (at[i] + at[i + 1]) / 2));
    return Math.max(...middles.map(([x, y]) => Math.abs(Math.hypot(x, y) - 1)));
  };

  test.each([
    ["on their coarse grid", {}, 3_721 + 4_000],
    ["when smooth", { smooth: true }, 3_721 + 36_000],
  ])("ask for no height twice, %s", (_, options, most) => {
    const asked: string[] = [];
    contours((x, y) => asked.push(`${x} ${y}`) && x * y, { ...plane, ...options });
    expect(asked.length).toBeLessThan(most);
    for (const grid of [asked.slice(0, 3_721), asked.slice(3_721)]) expect(new Set(grid).size).toBe(grid.length);
  });

  test("with `smooth` draw an ellipse as one, and without as a polygon", () => {
    const ravine = (x: number, y: number) => x * x + 100 * y * y;
    const ellipse = { ...plane, levels: [0, 0.3] };
    expect(raggedness(contours(ravine, { ...ellipse, smooth: true }))).toBeLessThan(0.03);
    expect(raggedness(contours(ravine, ellipse))).toBeGreaterThan(0.06);
  });

  test("with `smooth` keep a narrow valley in one piece", () => {
    const valley = (x: number, y: number) => (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    const pieces = (smooth: boolean) => {
      const figure = contours(valley, { ...plane, smooth, levels: [0, 0.5, 5] });
      const [, second] = Array.from(parse(figure.svg).querySelectorAll('[data-mark="contour"] path'));
      return (second.getAttribute("d") ?? "").split("M").length - 1;
    };
    expect(pieces(true)).toBeLessThanOrEqual(pieces(false));
    expect(pieces(true)).toBeLessThanOrEqual(2);
  });

  test("with `equal` fit into a height that is given", () => {
    const ratio = (figure: { svg: string }) => {
      const [[x0, y0], [x1, y1]] = [0, 1].map((at) => {
        const ring = Array.from(parse(figure.svg).querySelectorAll('[data-mark="goal"]'))[at].children[0];
        return ["cx", "cy"].map((name) => Number(ring.getAttribute(name)));
      });
      return (y0 - y1) / (x1 - x0);
    };
    const marks = { here: [-1, -1], there: [1, 1] } as const;
    const free = contours(bowl, { ...plane, equal: true, marks });
    const low = contours(bowl, { ...plane, equal: true, marks, height: 150 });
    expect(ratio(free)).toBeCloseTo(1, 2);
    expect(ratio(low)).toBeCloseTo(1, 2);
    expect(free.height - low.height).toBeGreaterThan(200);
  });

  test("single out points by name, and refuse one that would not be seen", () => {
    const figure = contours(bowl, { ...plane, marks: { minimum: [0, 0] } });
    expect(texts(figure)).toContain("minimum");
    expect(figure.desc).toContain("Marked: minimum at (0, 0).");
    expect(() => contours(bowl, { ...plane, marks: { minimum: [0, 2] } })).toThrow(
      'contours: the mark "minimum" stands at (0, 2), outside the chart; widen the domains of x and y, or drop it',
    );
  });

  test.each([
    [() => contours(bowl, { title, x: "x", y: "y" }), /contours: x and y need a domain/],
    [() => contours(() => Number.NaN, plane), /f\(-1, -1\) is NaN/],
    [() => contours([[1]] as never, plane), /expected a function of x and y, got object/],
    [() => contours(bowl, { ...plane, levels: 0 }), /levels is 0/],
    [() => contours((x) => x - 5, { ...plane, logLevels: true }), /logLevels need values above 0/],
    [() => contours(bowl, { ...plane, arrows: () => [Number.NaN, 0] }), /arrows\(.*\)\[0\] is NaN/],
  ])("refuse what cannot be drawn (%#)", (draw, message) => {
    expect(draw).toThrow(message);
  });
});

describe("a heat map", () => {
  const axes = { title, x: "column", y: "row" };

  test("writes values in its cells, whole numbers whole", () => {
    expect(
      texts(
        heatmap(
          [
            [1, 20],
            [3, 4],
          ],
          axes,
        ),
      ),
    ).toEqual(expect.arrayContaining(["1", "20", "3", "4"]));
    expect(texts(heatmap([[0.5, -0.25]], axes))).toEqual(expect.arrayContaining(["0.50", "−0.25"]));
    expect(texts(heatmap([[1 / 3]], { ...axes, digits: 3 }))).toContain("0.333");
    expect(texts(heatmap([[0.5]], { ...axes, digits: false }))).not.toContain("0.50");
  });

  test("names rows and columns, and the same name twice", () => {
    const words = ["the", "cat", "the"];
    const figure = heatmap(
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
      { ...axes, rows: words, columns: words },
    );
    expect(count(figure, '[data-mark="cell"] rect')).toBe(9);
    expect(texts(figure).filter((text) => text.trim() === "the")).toHaveLength(4);
  });

  test("says the greatest of each row in words", () => {
    expect(
      heatmap(
        [
          [1, 2],
          [9, 3],
        ],
        { ...axes, columns: ["a", "b"], rows: ["p", "q"] },
      ).desc,
    ).toContain("p: b 2; q: a 9");
  });

  test("has text that stands out on its cell, by 4.5 to 1 at least", () => {
    const luminance = (hex: string) => {
      const [r, g, b] = [1, 3, 5]
        .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const color = sequential([0, 1]);
    for (let value = 0; value <= 1; value += 0.02) {
      const [dark, light] = [luminance(inkOn(color(value))), luminance(color(value))].sort((a, b) => a - b);
      expect((light + 0.05) / (dark + 0.05), `at ${value}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test.each([
    [() => heatmap([], axes), /heatmap: values: is empty/],
    [() => heatmap([[1, 2], [3]], axes), /values\[1\]: has length 1, and row 0 has 2/],
    [() => heatmap([[1, Number.NaN]], axes), /values\[0\]\[1\] is NaN/],
    [() => heatmap([[1, 2]], { ...axes, columns: ["one"] }), /columns has length 1 and a row has 2/],
    [() => heatmap([[1]], { title, x: "", y: "row" }), /x needs a label that says what the columns are/],
    [() => confusionMatrix([[1, 2]], { title }), /the matrix has length 1 and a row has 2/],
    [
      () =>
        confusionMatrix(
          [
            [1, -2],
            [0, 1],
          ],
          { title },
        ),
      /a count is -2/,
    ],
  ])("refuses what cannot be drawn (%#)", (draw, message) => {
    expect(draw).toThrow(message);
  });
});

test("a confusion matrix says how many were right and what was confused most", () => {
  const figure = confusionMatrix(
    [
      [5, 1, 0],
      [0, 4, 3],
      [0, 0, 9],
    ],
    { title, labels: ["cat", "dog", "bird"] },
  );
  expect(figure.desc).toBe(
    "18 of 22 on the diagonal. Most confused: dog taken for bird 3 times, cat taken for dog once.",
  );
});

describe("vectors", () => {
  test("have the ticks that are asked for", () => {
    const axis = { label: "x", domain: [-1.3, 1.3] as const };
    const written = (ticks?: number[]) => texts(vectors({ a: [1, 0.5] }, { title, x: { ...axis, ticks }, y: "y" }));
    expect(written([-1, -0.5, 0.5])).toContain("−0.5");
    expect(written()).not.toContain("−0.5");
  });

  test("are arrows of equal scale on either axis, named", () => {
    const figure = vectors({ a: [3, 0], b: [0, 3] }, { title, x: "x", y: "y" });
    const arrows = Array.from(
      parse(figure.svg).querySelectorAll('[data-mark="arrow"] path'),
      (path) => path.getAttribute("d") ?? "",
    );
    const lengths = arrows.map((d) => {
      const [x1, y1, x2, y2] = (d.match(/-?[\d.]+/g) ?? []).map(Number);
      return Math.hypot(x2 - x1, y2 - y1);
    });
    expect(lengths[0]).toBeCloseTo(lengths[1], 0);
    expect(texts(figure)).toEqual(expect.arrayContaining(["a", "b"]));
  });

  test("that lie along an axis still have a plane around them", () => {
    const flat = vectors({ a: [100, 0], b: [50, 1] }, { title, x: "x", y: "y" });
    expect(flat.height).toBeGreaterThan(200);
  });

  test("have their names off them, at right angles", () => {
    const figure = vectors({ a: [3, 1], b: { from: [3, 1], by: [1, 2] }, "a + b": [4, 3] }, { title, x: "x", y: "y" });
    const root = parse(figure.svg);
    const arrows = Array.from(root.querySelectorAll('[data-mark="arrow"] path'), (path) =>
      (path.getAttribute("d")?.match(/-?[\d.]+/g) ?? []).slice(0, 4).map(Number),
    );
    const names = Array.from(root.querySelectorAll('[data-mark="labels"] text'));
    expect([arrows.length, names.length]).toEqual([3, 3]);
    for (const [i, name] of names.entries()) {
      const [x1, y1, x2, y2] = arrows[i];
      const [nx, ny] = [y2 - y1, x1 - x2].map((along) => along / Math.hypot(x2 - x1, y2 - y1));
      const [x, y] = ["x", "y"].map((at) => Number(name.getAttribute(at)));
      const half = (Math.abs(nx) * textWidth(name.textContent ?? "", 14) + Math.abs(ny) * 16) / 2;
      expect(Math.abs(nx * (x - x1) + ny * (y - 5 - y1)) - half).toBeGreaterThan(5);
    }
  });

  test("may begin where another ends", () => {
    expect(vectors({ b: { from: [2, 1], by: [1, 2] } }, { title, x: "x", y: "y" }).desc).toContain(
      "b from (2, 1) to (3, 3)",
    );
  });

  test.each([
    [() => vectors({}, { title, x: "x", y: "y" }), /vectors: has nothing to draw/],
    [
      () => vectors({ a: [1, 2, 3] }, { title, x: "x", y: "y" }),
      /expected two numbers \[x, y\], got 3; only the plane can be drawn/,
    ],
    [() => transformation([[1, 2, 3]], { title }), /expected a 2 × 2 matrix, got 1 × 3/],
  ])("refuse what is not of the plane (%#)", (draw, message) => {
    expect(draw).toThrow(message);
  });
});

test("a transformation says where the basis goes and what becomes of areas", () => {
  expect(
    transformation(
      [
        [2, 1],
        [0, 3],
      ],
      { title },
    ).desc,
  ).toContain("(1, 0) goes to (2, 0), (0, 1) to (1, 3); areas are multiplied by 6.");
});

describe("digits", () => {
  const image = Float32Array.from({ length: 784 }, (_, i) => (i === 0 ? 1 : 0));

  test("draw one image or many, with their captions", () => {
    expect(digits(image, { title }).desc).toBe("1 image of 28 × 28 pixels.");
    expect(texts(digits([image, image], { title, labels: [7, "2 → 1"] }))).toEqual(
      expect.arrayContaining(["7", "2 → 1"]),
    );
  });

  test("leave paper blank", () => {
    expect(count(digits(image, { title }), '[data-mark="image"] path')).toBe(1);
  });

  test.each([
    [() => digits([[1, 2, 3]], { title }), /an image has 3 values, which is no square/],
    [() => digits([image], { title, labels: [1, 2] }), /labels has length 2 and images has 1/],
    [
      () =>
        digits(
          Array.from({ length: 10 }, () => image),
          { title, labels: Array.from({ length: 10 }, () => "far too long") },
        ),
      /wider than its image; give fewer columns than 10/,
    ],
    [() => digits([image], { title, columns: 0 }), /columns is 0/],
  ])("refuse what cannot be drawn (%#)", (draw, message) => {
    expect(draw).toThrow(message);
  });
});

test("pixels of one color in a row make one stroke, and paper none", () => {
  const svg = pixels([
    ["#111111", "#111111", "#ffffff", "#222222"],
    ["#ffffff", "#111111", "#ffffff", "#ffffff"],
  ]);
  expect(svg).toContain('<path stroke="#111111" d="M0 0h2M1 1h1"/>');
  expect(svg).toContain('<path stroke="#222222" d="M3 0h1"/>');
  expect(svg).not.toContain("#ffffff");
});

describe("a graph", () => {
  const nodes = [
    { id: "x", value: 3 },
    { id: "f", label: "x²", kind: "result" as const, value: 9 },
  ];

  test("draws nodes with their values, and edges with their labels", () => {
    const figure = graph({ nodes, edges: [["x", "f", "2x"]] }, { title });
    expect(texts(figure)).toEqual(expect.arrayContaining(["x", "3", "x²", "9", "2x", "input", "result"]));
    expect(count(figure, '[data-mark="edge"]')).toBe(1);
  });

  test("runs from left to right, what is given first above", () => {
    const many = [{ id: "a" }, { id: "b" }, { id: "c" }, { id: "sum", kind: "operation" as const }];
    const figure = graph(
      {
        nodes: many,
        edges: [
          ["a", "sum"],
          ["b", "sum"],
          ["c", "sum"],
        ],
      },
      { title },
    );
    const at = Object.fromEntries(textBoxes(figure.svg).map((box) => [box.text, box]));
    expect(at.a.top).toBeLessThan(at.b.top);
    expect(at.b.top).toBeLessThan(at.c.top);
    expect(at.sum.left).toBeGreaterThan(at.a.right);
  });

  test("turns down where it would be too wide", () => {
    const chain = Array.from({ length: 16 }, (_, i) => ({ id: `node ${i}` }));
    const edges = chain.slice(1).map(({ id }, i) => [chain[i].id, id] as const);
    const figure = graph({ nodes: chain, edges }, { title });
    expect(figure.height).toBeGreaterThan(figure.width);
    expect(figure.width).toBe(560);
  });

  test("writes local slopes as factors on its edges, and with `compact` value and gradient in one line", () => {
    const nodes = [
      { id: "x", value: 3, grad: -6 },
      { id: "y", kind: "result" as const, value: 9, grad: 1 },
    ];
    const figure = graph({ nodes, edges: [["x", "y", -6]] }, { title, compact: true });
    expect(texts(figure)).toEqual(expect.arrayContaining(["3 | −6", "9 | 1", "×−6"]));
    expect(figure.desc).toContain("x to y (×−6)");
    expect(texts(graph({ nodes, edges: [["x", "y"]] }, { title }))).toEqual(expect.arrayContaining(["3", "grad −6"]));
  });

  test("may use a node twice, as x · x does", () => {
    const square = [{ id: "x" }, { id: "product", kind: "operation" as const }];
    expect(
      count(
        graph(
          {
            nodes: square,
            edges: [
              ["x", "product"],
              ["x", "product"],
            ],
          },
          { title },
        ),
        '[data-mark="edge"]',
      ),
    ).toBe(2);
  });

  test.each([
    [() => graph({ nodes: [], edges: [] }, { title }), /graph: has no nodes/],
    [() => graph({ nodes: [...nodes, { id: "x" }], edges: [] }, { title }), /two nodes have the id "x"/],
    [() => graph({ nodes, edges: [["x", "y"]] }, { title }), /an edge names "y", and no node has that id/],
    [
      () => graph({ nodes: [{ id: "x", color: "red" } as never], edges: [] }, { title }),
      /node "x": unknown option "color"/,
    ],
  ])("refuses what cannot be drawn (%#)", (draw, message) => {
    expect(draw).toThrow(message);
  });
});

describe("a diagram", () => {
  const boxes = { query: { at: [0, 0] }, scores: { at: [0, 1], note: "[T]" }, far: { at: [1, 0] } } as const;

  test("draws a box for each name, an arrow for each pair, and says both in words", () => {
    const figure = diagram({ boxes, arrows: [["query", "scores", "[D]"]] }, { title });
    expect(count(figure, '[data-mark="operation"]')).toBe(3);
    expect(count(figure, '[data-mark="edge"]')).toBe(1);
    expect(texts(figure)).toEqual(expect.arrayContaining(["query", "scores", "[T]", "[D]"]));
    expect(figure.desc).toBe("Diagram of 3 boxes: query; scores ([T]); far. Arrows: query to scores ([D]).");
  });

  test("frames the boxes of a group, and no others", () => {
    const figure = diagram({ boxes, groups: [{ label: "pair", of: ["query", "scores"] }] }, { title });
    const rects = (mark: string) =>
      Array.from(parse(figure.svg).querySelectorAll(mark), (rect) => {
        const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(rect.getAttribute(name)));
        return { left: x, top: y, right: x + width, bottom: y + height };
      });
    const [frame] = rects('[data-mark="group"]');
    const held = rects('[data-mark="operation"] rect').map(
      (box) => box.left > frame.left && box.right < frame.right && box.top > frame.top && box.bottom < frame.bottom,
    );
    expect(held).toEqual([true, true, false]);
    expect(figure.desc).toContain("pair: query, scores.");
  });

  test("runs an arrow straight down where one box stands above the other", () => {
    const figure = diagram({ boxes, arrows: [["query", "scores"]] }, { title });
    const [path] = Array.from(parse(figure.svg).querySelectorAll('[data-mark="edge"] path'));
    const [[x0, y0], [x1, y1]] = (path.getAttribute("d") ?? "")
      .slice(1)
      .split("L")
      .map((p) => p.split(",").map(Number));
    expect(x0).toBe(x1);
    expect(y1).toBeGreaterThan(y0);
  });

  test.each([
    // @ts-expect-error no box has that name
    [() => diagram({ boxes, arrows: [["query", "score"]] }, { title }), 'an arrow names "score", and no box'],
    // @ts-expect-error no box has that name
    [() => diagram({ boxes, groups: [{ label: "g", of: ["q"] }] }, { title }), 'the group "g" names "q"'],
    [() => diagram({ boxes: {} }, { title }), "diagram: has no boxes to draw"],
    [() => diagram({ boxes: { a: { at: [0, Number.NaN] } } }, { title }), /diagram: box "a": at\[0\].* is NaN/],
  ])("refuses what cannot be drawn (%#)", (draw, message) => {
    expect(draw).toThrow(message);
  });
});

describe("a network", () => {
  test("draws every unit of small layers, and the ends of large ones", () => {
    const figure = network([3, { size: 784, label: "many" }], { title });
    expect(count(figure, '[data-mark="layer"] circle')).toBe(3 + 7 + 3); // 3 units, 7 of 784, 3 dots
    expect(texts(figure)).toEqual(expect.arrayContaining(["many", "784 units", "3 units"]));
  });

  test("draws larger weights thicker, negative ones in another color", () => {
    const figure = network([2, 1], { title, weights: [[[1, -2]]] });
    const [positive, negative] = Array.from(parse(figure.svg).querySelectorAll('[data-mark="weights"] path'));
    expect(Number(negative.getAttribute("stroke-width"))).toBeGreaterThan(
      Number(positive.getAttribute("stroke-width")),
    );
    expect(negative.getAttribute("stroke")).not.toBe(positive.getAttribute("stroke"));
  });

  test("name the units between the ends inside them, and write biases below", () => {
    const figure = network([2, { size: 2, units: ["OR", "AND"] }, 1], { title, biases: [[-0.5, -1.5], [0]] });
    expect(texts(figure)).toEqual(expect.arrayContaining(["OR", "AND", "b = −0.5", "b = −1.5", "b = 0"]));
  });

  test.each([
    [() => network([2, 1], { title, biases: [[1, 2]] }), /biases\[0\] has length 2 and layer 1 has 1/],
    [() => network([3], { title }), /needs two layers or more, got 1/],
    [() => network([3, 0], { title }), /layer 1: size is 0/],
    [() => network([{ size: 2, units: ["a"] }, 1], { title }), /has 2 units and 1 names/],
    [
      () =>
        network([2, 3], {
          title,
          weights: [
            [
              [1, 2, 3],
              [4, 5, 6],
            ],
          ],
        }),
      /weights\[0\] is 2 × 3; expected 3 × 2/,
    ],
    [() => network([2, 3], { title, weights: [] }), /2 layers have 1 matrices of weights between them, got 0/],
  ])("refuses what cannot be drawn (%#)", (draw, message) => {
    expect(draw).toThrow(message);
  });
});

describe("multiples", () => {
  const panel = (name: string, width: number) =>
    lines({ a: [1, 2] }, { title: name, x: "x", y: "y", width, height: 100 });

  test("stand side by side, each with its own title and words", () => {
    const figure = multiples(["one", "two", "three"], panel, { title, columns: 3 });
    const at = Object.fromEntries(textBoxes(figure.svg).map((box) => [box.text, box]));
    expect(at.two.top).toBe(at.one.top);
    expect(at.two.left).toBeGreaterThan(at.one.right);
    expect(figure.desc).toContain("two: Line chart");
  });

  test("go on below where a row is full", () => {
    const figure = multiples(["one", "two", "three"], panel, { title, columns: 2 });
    const at = Object.fromEntries(textBoxes(figure.svg).map((box) => [box.text, box]));
    expect(at.three.top).toBeGreaterThan(at.one.bottom);
    expect(at.three.left).toBe(at.one.left);
  });

  test("have one legend where all are alike, and one each where they differ", () => {
    const draw = (name: string, width: number) =>
      lines({ a: [1, 2], [name]: [2, 1] }, { title: "t", x: "x", y: "y", width, height: 100 });
    const named = (names: string[]) => texts(multiples(names, draw, { title })).filter((text) => text === "a");
    expect(named(["b", "b"])).toHaveLength(1);
    expect(named(["b", "c"])).toHaveLength(2);
  });

  test.each([
    [() => multiples([], panel, { title }), /has no items/],
    [() => multiples(["a"], panel, { title, columns: 1.5 }), /columns is 1.5/],
    [
      () => multiples(["a", "b"], (name) => lines({ a: [1, 2] }, { title: name, x: "x", y: "y" }), { title }),
      /item 0 is not drawn 280 pixels wide; pass the width/,
    ],
  ])("refuse what cannot be laid out (%#)", (draw, message) => {
    expect(draw).toThrow(message);
  });
});
