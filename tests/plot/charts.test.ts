/** @file Lines, scatter, histogram and bars draw what they are given, and refuse what cannot be drawn. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extent, thin } from "../../lib/plot/data.js";
import { bars, histogram, lines, scatter } from "../../lib/plot/index.js";
import { type Box, clip } from "../../lib/plot/marks.js";
import { collisions, parse, textBoxes } from "./reading.js";

const axes = { title: "A title", x: "x", y: "y" };
const texts = (figure: { svg: string }) => textBoxes(figure.svg).map((box) => box.text);
const marks = (figure: { svg: string }, mark: string) =>
  Array.from(parse(figure.svg).querySelectorAll(`[data-mark="${mark}"] path`));

/** The points of a path, as pixels. */
const pointsOf = (path: Element) =>
  (path.getAttribute("d") ?? "")
    .split(/[ML]/)
    .slice(1)
    .map((pair) => pair.split(",").map(Number));

describe("lines", () => {
  test("name several series in a legend, and a lone one not", () => {
    expect(texts(lines({ loss: [3, 2, 1] }, axes))).not.toContain("loss");
    expect(texts(lines({ one: [3, 2, 1], two: [1, 2, 3] }, axes))).toEqual(expect.arrayContaining(["one", "two"]));
  });

  test("label both axes", () => {
    expect(texts(lines({ loss: [3, 2] }, { ...axes, x: "step", y: { label: "loss (nats)" } }))).toEqual(
      expect.arrayContaining(["step", "loss (nats)"]),
    );
  });

  test.each([
    ["an array", [3, 1, 2]],
    ["a typed array", Float32Array.of(3, 1, 2)],
    ["something with toArray", { toArray: () => [3, 1, 2] }],
    [
      "points",
      [
        [0, 3],
        [1, 1],
        [2, 2],
      ] as [number, number][],
    ],
    ["x and y", { x: [0, 1, 2], y: Float64Array.of(3, 1, 2) }],
  ])("draw %s alike", (_, series) => {
    expect(lines({ series }, axes).svg).toBe(lines({ series: [3, 1, 2] }, axes).svg);
  });

  test("sample a function over the domain, or over what the other series span", () => {
    const named = lines({ f: (x) => x * x }, { ...axes, x: { label: "x", domain: [0, 2] } });
    expect(named.desc).toContain("f: from 0 at 0 to 4 at 2");
    const beside = lines({ data: { x: [1, 5], y: [0, 1] }, level: () => 7 }, axes);
    expect(beside.desc).toContain("level: from 7 at 1 to 7 at 5");
  });

  test("are cut where the domain ends", () => {
    const figure = lines(
      { steep: (x) => 10 * x },
      { ...axes, x: { label: "x", domain: [-1, 1] }, y: { label: "y", domain: [-5, 5] } },
    );
    const [path] = marks(figure, "line").map(pointsOf);
    const [low, high] = [path[0], path[path.length - 1]];
    expect(low[1]).toBeCloseTo(270, 1); // the bottom and the top of the plotting area
    expect(high[1]).toBeCloseTo(10, 1);
  });

  test("with ten thousand points keep their spikes and lose weight", () => {
    const values = Array.from({ length: 10_000 }, (_, i) => Math.sin(i / 500) + (i === 7_777 ? 5 : 0));
    const figure = lines({ values }, axes);
    const highest = Math.min(...marks(figure, "line").flatMap((path) => pointsOf(path).map(([, y]) => y)));
    expect(figure.desc).toContain("highest 5.");
    expect(highest).toBeLessThan(30);
    expect(figure.svg.length).toBeLessThan(25_000);
  });

  test("draw a path as an arrow for each step", () => {
    const figure = lines({ path: { x: [0, 1, 2], y: [0, 1, 0], as: "path" } }, axes);
    expect(marks(figure, "arrow")).toHaveLength(2);
  });

  test("with `equal` have units of one length on both axes", () => {
    const square = { x: [0, 4, 4, 0], y: [0, 0, 1, 1] };
    const side = (figure: { svg: string }) => {
      const [[x0], [x1], [, y1], [, y2]] = pointsOf(marks(figure, "line")[0]).map(([x, y]) => [x, y]);
      const [, right, upper] = pointsOf(marks(figure, "line")[0]);
      return [x1 - x0, right[1] - upper[1] || y1 - y2];
    };
    const [across, up] = side(lines({ square }, { ...axes, equal: true }));
    expect(across / up).toBeCloseTo(4, 1);
    expect(() => lines({ square }, { ...axes, x: { label: "x", log: true, domain: [1, 4] }, equal: true })).toThrow(
      "lines: equal needs axes with a unit, and a logarithmic one has none; drop equal or log",
    );
  });

  test("make room for a point that is singled out", () => {
    const figure = lines({ loss: [3, 2, 1] }, { ...axes, marks: { "the goal": [2, 0] } });
    expect(texts(figure)).toContain("the goal");
    const [ring] = Array.from(parse(figure.svg).querySelectorAll('[data-mark="goal"] circle'));
    const [last] = marks(figure, "line").map(pointsOf);
    expect(Number(ring.getAttribute("cx"))).toBeCloseTo(last[2][0], 1);
    expect(Number(ring.getAttribute("cy"))).toBeGreaterThan(last[2][1]);
  });

  test("write small numbers as powers of ten on a logarithmic axis", () => {
    const figure = lines(
      { error: { x: [1e-12, 1], y: [1e-9, 1] } },
      { ...axes, x: { label: "h", log: true }, y: { label: "error", log: true } },
    );
    expect(texts(figure)).toEqual(expect.arrayContaining(["10⁻¹²", "10⁻⁶", "1"]));
  });

  test("write all ticks of an axis as powers of ten, or none", () => {
    const ticks = (low: number, high: number) =>
      texts(lines({ loss: { x: [0, 1], y: [low, high] } }, { ...axes, y: { label: "loss", log: true } }));
    expect(ticks(1e-6, 1e3)).toEqual(expect.arrayContaining(["10²", "1", "10⁻²", "10⁻⁶"]));
    expect(ticks(1e-6, 1e3).join(" ")).not.toMatch(/100|0\.\d/);
    expect(ticks(1e-2, 1e3)).toEqual(expect.arrayContaining(["1,000", "1", "0.01"]));
  });

  test("have more than one tick on a logarithmic axis, however little it spans", () => {
    const figure = lines(
      { loss: { x: [2.2e9, 9e9], y: [1, 2] } },
      { ...axes, x: { label: "operations", log: true, domain: [2.1e9, 9.4e9] } },
    );
    expect(texts(figure)).toEqual(expect.arrayContaining(["4·10⁹", "6·10⁹", "8·10⁹"]));
  });

  test("label every tick that is named on a logarithmic axis", () => {
    const x = [2, 4, 8, 16, 32, 64];
    const figure = lines({ error: { x, y: x } }, { ...axes, x: { label: "width", log: true, ticks: x } });
    expect(texts(figure)).toEqual(expect.arrayContaining(x.map(String)));
  });

  test("can mark each of their points", () => {
    const figure = lines({ error: { y: [3, 1, 2], as: "marked" } }, axes);
    const dots = parse(figure.svg).querySelectorAll('[data-mark="dot"] *');
    expect([marks(figure, "line").length, dots.length]).toEqual([1, 3]);
  });

  test("have ticks at whole steps, none between", () => {
    const ticks = texts(lines({ loss: [3, 1, 2] }, { ...axes, y: { label: "y", domain: [10, 20] } }));
    expect(ticks).toEqual(expect.arrayContaining(["0", "1", "2"]));
    expect(ticks).not.toContain("0.5");
  });

  test("have as many ticks as asked for, or exactly those", () => {
    const line = (ticks: number | number[]) => texts(lines({ f: [0, 100] }, { ...axes, y: { label: "y", ticks } }));
    expect(line([0, 37, 100])).toEqual(expect.arrayContaining(["0", "37", "100"]));
    expect(line([0, 0.5, 2])).toEqual(expect.arrayContaining(["0", "0.5", "2"]));
    expect(line(10).length).toBeGreaterThan(line(3).length + 4);
  });

  test("whatever their range, have ticks that can be read", () => {
    const value = fc
      .tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: -9, max: 6 }))
      .map(([n, power]) => n * 10 ** power);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 20 }),
        fc.constantFrom(280, 560),
        (points, width) => {
          const figure = lines({ points }, { ...axes, width });
          expect(collisions(figure.svg)).toEqual([]);
          expect(figure.svg).not.toMatch(/NaN|Infinity|undefined/);
          for (const { left, right } of textBoxes(figure.svg)) expect(left >= 0 && right <= figure.width).toBe(true);
        },
      ),
      {
        numRuns: 200,
        examples: [
          [
            [
              [-4e5, 5e-6],
              [-1, 1e-6],
            ],
            280,
          ],
          [
            [
              [-1, 0],
              [-43_570, -97_100],
            ],
            280,
          ],
        ],
      },
    );
  });
});

describe("what cannot be drawn is refused, with the reason:", () => {
  const cases: [string, () => unknown, RegExp][] = [
    ["no title", () => lines({ a: [1, 2] }, { x: "x", y: "y" } as never), /lines: needs a title that says what to see/],
    ["no options", () => lines({ a: [1, 2] }, undefined as never), /lines: expected options after the data/],
    [
      "an unknown option",
      () => lines({ a: [1, 2] }, { ...axes, color: "red" } as never),
      /lines: unknown option "color"; known are title/,
    ],
    ["an axis without a label", () => lines({ a: [1, 2] }, { ...axes, x: "" }), /lines: x needs a label/],
    [
      "an unknown option of an axis",
      () => lines({ a: [1, 2] }, { ...axes, x: { label: "x", min: 0 } as never }),
      /lines: x: unknown option "min"/,
    ],
    [
      "a domain backwards",
      () => lines({ a: [1, 2] }, { ...axes, x: { label: "x", domain: [1, 0] } }),
      /x\.domain is \[1,0\]; expected \[from, to\]/,
    ],
    ["nothing", () => lines({}, axes), /lines: has nothing to draw/],
    ["an empty series", () => lines({ a: [] }, axes), /lines: a: is empty/],
    ["NaN", () => lines({ a: [1, Number.NaN] }, axes), /lines: a\.y\[1\] is NaN; leave out or clip/],
    ["infinity", () => scatter({ a: [[1, Infinity]] }, axes), /scatter: a\[0\]\[1\] is Infinity/],
    ["text", () => lines({ a: ["1"] as never }, axes), /lines: a\.y\[0\]: expected a number, got string/],
    [
      "x and y of two lengths",
      () => lines({ a: { x: [1, 2], y: [1] } }, axes),
      /lines: a: x has length 2 and y has 1; they must match/,
    ],
    [
      "labels too few",
      () => scatter({ a: { x: [1, 2], y: [1, 2], labels: ["one"] } }, axes),
      /labels has length 1 and the series has 2/,
    ],
    ["points of three numbers", () => scatter({ a: [[1, 2, 3]] as never }, axes), /expected \[x, y\], got 3 numbers/],
    [
      "a function that fails somewhere",
      () => lines({ a: (x) => 1 / x }, { ...axes, x: { label: "x", domain: [0, 1] } }),
      /lines: a\(0\) is Infinity/,
    ],
    ["a function without a domain", () => lines({ a: (x) => x }, axes), /a function needs to know where/],
    [
      "segments of a function",
      () => lines({ a: { y: (x) => x, as: "segments" } }, axes),
      /segments need points, got a function/,
    ],
    [
      "a style that no series has",
      () => lines({ a: { y: [1, 2], as: "dotted" as never } }, axes),
      /a: as is "dotted"; expected one of "line", "dashed", "marked", "points", "path", "segments"/,
    ],
    ["a segment of one point", () => lines({ a: { y: [1, 2, 3], as: "segments" } }, axes), /two points each, got 3/],
    [
      "zero on a logarithmic axis",
      () => lines({ a: [1, 0] }, { ...axes, y: { label: "loss", log: true } }),
      /loss goes down to 0, and a logarithmic scale has no place for it/,
    ],
    ["a width of nothing", () => lines({ a: [1, 2] }, { ...axes, width: 0 }), /width is 0; expected 40 to 4000/],
    [
      "bins that do not rise",
      () => histogram([1, 2], { ...axes, bins: [0, 2, 1] }),
      /bins must be two or more rising edges/,
    ],
    ["half a bin", () => histogram([1, 2], { ...axes, bins: 2.5 }), /bins is 2.5/],
    ["bins beside the data", () => histogram([1, 2], { ...axes, bins: [5, 6] }), /no value lies between 5 and 6/],
    ["bars of nothing", () => bars({}, axes), /bars: has nothing to draw/],
    [
      "bars that do not begin at 0",
      () => bars({ cat: 90 }, { ...axes, y: { label: "y", domain: [80, 100] } }),
      /without 0, so lengths would say nothing/,
    ],
    ["a bar of NaN", () => bars({ cat: Number.NaN }, axes), /bars: cat is NaN/],
    [
      "bars on a logarithmic axis without a floor",
      () => bars({ cat: 1 }, { ...axes, y: { label: "y", log: true } }),
      /say where bars begin/,
    ],
  ];
  test.each(cases)("%s", (_, draw, message) => {
    expect(draw).toThrow(message);
  });
});

describe("scatter", () => {
  test("tells groups apart by shape as well as color", () => {
    const figure = scatter({ a: [[0, 0]], b: [[1, 1]] }, axes);
    const [a, b] = Array.from(parse(figure.svg).querySelectorAll('[data-mark="dot"]'));
    expect(a.innerHTML.replace(/fill="[^"]*"/, "")).not.toBe(b.innerHTML.replace(/fill="[^"]*"/, ""));
  });

  test("writes every label, none on another, even where points crowd", () => {
    const labels = Array.from({ length: 12 }, (_, i) => `word ${i}`);
    const figure = scatter(
      { words: { x: labels.map((_, i) => Math.cos(i) * 0.2), y: labels.map((_, i) => Math.sin(i * 2)), labels } },
      axes,
    );
    expect(texts(figure)).toEqual(expect.arrayContaining(labels));
    expect(collisions(figure.svg)).toEqual([]);
  });

  test("draws a single point", () => {
    expect(scatter({ one: [[3, 4]] }, axes).desc).toContain("one: 1 point, x from 3 to 3, y from 4 to 4");
  });

  test("draws 130,000 points, more than a call takes arguments", () => {
    const figure = scatter({ many: Array.from({ length: 130_000 }, (_, i) => i % 100) }, axes);
    expect(figure.svg.match(/<(circle|use|path)/g)?.length).toBeGreaterThanOrEqual(130_000);
  });
});

describe("a histogram", () => {
  const heights = (figure: { svg: string }) =>
    Array.from(parse(figure.svg).querySelectorAll('[data-mark="rect"] rect'), (bar) =>
      Number(bar.getAttribute("height")),
    );

  test("counts each value once, in the bin that begins with it, the last bin closed", () => {
    const figure = histogram([0, 0.5, 1, 1, 2], { ...axes, bins: [0, 1, 2], count: true });
    const [first, second] = heights(figure);
    expect(second / first).toBeCloseTo(3 / 2, 2);
    expect(figure.desc).toContain("The highest bar, 3, stands from 1 to 2.");
  });

  test("as a density has area 1", () => {
    const figure = histogram([0, 1, 1, 3], { ...axes, bins: [0, 2, 4] });
    expect(figure.desc).toContain("The highest bar, 0.375, stands from 0 to 2."); // ¾ over a width of 2
  });

  test("names its curves", () => {
    const figure = histogram([0, 1, 2], { ...axes, curves: { uniform: () => 0.5 } });
    expect(texts(figure)).toEqual(expect.arrayContaining(["samples", "uniform"]));
  });

  test("of one value repeated stands in the middle", () => {
    expect(histogram([2, 2, 2], { ...axes, bins: 4 }).desc).toContain("from 2 to 2, in 4 bins");
  });
});

describe("bars", () => {
  test("write their values, minus signs and all", () => {
    expect(texts(bars({ up: 0.25, down: -3 }, axes))).toEqual(expect.arrayContaining(["up", "down", "0.25", "−3"]));
  });

  test("break long names at spaces, and turn longer ones aslant", () => {
    const several = (name: string) => Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`${name} ${i}`, i]));
    expect(bars(several("one name of words"), axes).svg).not.toContain("rotate(");
    expect(bars(several("onenamewithoutwords"), axes).svg).toContain("rotate(-45)");
  });
});

describe("cutting a line to a box", () => {
  const box: Box = { x: [0, 10], y: [0, 10] };

  test("leaves what is inside as it is", () => {
    expect(
      clip(
        [
          [1, 1],
          [9, 9],
        ],
        box,
      ),
    ).toEqual([
      [
        [1, 1],
        [9, 9],
      ],
    ]);
  });

  test("cuts at the edge, and begins anew where the line comes back", () => {
    expect(
      clip(
        [
          [-5, 5],
          [5, 5],
          [15, 5],
          [5, 15],
          [5, 5],
        ],
        box,
      ),
    ).toEqual([
      [
        [0, 5],
        [5, 5],
        [10, 5],
      ],
      [
        [5, 10],
        [5, 5],
      ],
    ]);
  });

  test("leaves nothing of a line that passes by", () => {
    expect(
      clip(
        [
          [-5, 5],
          [5, 20],
        ],
        box,
      ),
    ).toEqual([]);
  });

  test("cuts on logarithmic axes where the drawn line crosses", () => {
    const [[, cut]] = clip(
      [
        [1, 1],
        [100, 1],
      ],
      { x: [1, 10], y: [0, 2], logX: true },
    );
    expect(cut[0]).toBeCloseTo(10, 12);
  });

  test("never leaves a point outside", () => {
    const point = fc.tuple(
      fc.double({ min: -30, max: 30, noNaN: true }),
      fc.double({ min: -30, max: 30, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(point, { minLength: 2, maxLength: 12 }), (line) => {
        for (const [x, y] of clip(line, box).flat())
          expect(x > -1e-9 && x < 10 + 1e-9 && y > -1e-9 && y < 10 + 1e-9).toBe(true);
      }),
    );
  });
});

test("thinning a line keeps its ends, its extremes and its order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 50, maxLength: 500 }),
      (values) => {
        const line = values.map((y, x) => [x, y] as const);
        const thinned = thin(line, 10);
        expect(thinned.length).toBeLessThanOrEqual(40);
        expect([thinned[0], thinned[thinned.length - 1]]).toEqual([line[0], line[line.length - 1]]);
        expect(extent(thinned.map(([, y]) => y))).toEqual(extent(values));
        expect(thinned.every(([x], i) => i === 0 || x > thinned[i - 1][0])).toBe(true);
      },
    ),
  );
});
