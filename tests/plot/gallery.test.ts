/** @file What holds of every figure: it stands alone, says what it shows, is drawn the same each time, and can be read. */

import { parseHTML } from "linkedom";
import { describe, expect, test, vi } from "vitest";
import { type Axes, lines } from "../../lib/plot/index.js";
import { gallery } from "./gallery.js";
import { collisions, elements, parse, textBoxes } from "./reading.js";

const figures = Object.entries(gallery).map(([name, draw]) => ({ name, draw, figure: draw() }));

describe.each(figures)("the figure $name", ({ name, draw, figure }) => {
  const { svg } = figure;

  test("is as it was when it was last looked at", async () => {
    await expect(`${svg.replaceAll("><", ">\n<")}\n`).toMatchFileSnapshot(`figures/${name}.svg`);
  });

  test("is drawn the same each time", () => {
    expect(draw().svg).toBe(svg);
  });

  test("stands alone: no script, style sheet, class, id, link or outside reference", () => {
    for (const element of elements(svg)) {
      expect(["script", "style", "foreignObject", "image", "use", "a"]).not.toContain(element.localName);
      for (const { name, value } of Array.from(element.attributes)) {
        expect(name).not.toMatch(/^(on|class$|id$|href|xlink)/);
        expect(value).not.toMatch(/url\(|var\(|currentColor|javascript:/i);
      }
    }
    expect(svg.match(/https?:[^"]*/g)).toEqual(["http://www.w3.org/2000/svg"]);
  });

  test("lies on opaque paper of its whole size, and shrinks to its column", () => {
    const root = parse(svg);
    const [width, height] = ["width", "height"].map((size) => Number(root.getAttribute(size)));
    expect(root.getAttribute("viewBox")).toBe(`0 0 ${width} ${height}`);
    expect(root.getAttribute("style")).toBe("max-width:100%;height:auto");
    const paper = root.querySelector("rect") as Element;
    expect(["width", "height", "fill"].map((name) => paper.getAttribute(name))).toEqual([
      String(width),
      String(height),
      "#ffffff",
    ]);
  });

  test("says in words what it shows", () => {
    const root = parse(svg);
    expect(root.getAttribute("role")).toBe("img");
    expect(root.children[0].localName).toBe("title");
    expect(root.children[0].textContent).toBe(figure.title);
    expect(root.children[1].localName).toBe("desc");
    expect(root.children[1].textContent).toBe(figure.desc);
    expect(figure.desc).toMatch(/\d/);
    expect(figure.desc).not.toMatch(/undefined|NaN|\[object/);
  });

  test("has its title written in it", () => {
    const written = textBoxes(svg).map((box) => box.text);
    expect(written.join(" ")).toContain(figure.title);
  });

  test("writes numbers with two decimals at most, and finite", () => {
    for (const element of elements(svg)) {
      if (element.localName === "text") continue;
      for (const { name, value } of Array.from(element.attributes)) {
        if (name === "transform" && value.startsWith("scale")) continue;
        expect(`${name}: ${value}`).not.toMatch(/\d\.\d{3}|\de-\d|NaN|Infinity|undefined|-0(?![.\d])/);
      }
    }
  });

  test("has no text cut off at its edges", () => {
    const root = parse(svg);
    const [width, height] = ["width", "height"].map((size) => Number(root.getAttribute(size)));
    for (const { text, left, top, right, bottom } of textBoxes(svg)) {
      expect(left, text).toBeGreaterThanOrEqual(0);
      expect(top, text).toBeGreaterThanOrEqual(0);
      expect(right, text).toBeLessThanOrEqual(width);
      expect(bottom, text).toBeLessThanOrEqual(height);
    }
  });

  test("has no two texts on top of each other", () => {
    expect(collisions(svg)).toEqual([]);
  });

  test("is small enough to keep in a notebook", () => {
    expect(svg.length).toBeLessThan(60_000);
  });
});

test.each(Object.entries(gallery))("the axes of %s, if it has any, say where its ticks stand", (_, draw) => {
  const figure = draw();
  if (!figure.axes) return;
  const at = (axis: "x" | "y", value: number) => {
    const { domain, pixels, log } = (figure.axes as Axes)[axis];
    const [from, to, here] = [...domain, value].map((number) => (log ? Math.log(number) : number));
    return pixels[0] + ((here - from) / (to - from)) * (pixels[1] - pixels[0]);
  };
  const written = (text: string) => Number(text.replaceAll(",", "").replace("−", "-"));
  const boxes = textBoxes(figure.svg);
  const under = boxes.filter(({ top }) => top > (figure.axes as Axes).y.pixels[0]);
  const beside = boxes.filter(
    ({ right, top }) => right < (figure.axes as Axes).x.pixels[0] && top > (figure.axes as Axes).y.pixels[1] - 10,
  );
  const ticks = [
    ...under.map((box) => [at("x", written(box.text)), (box.left + box.right) / 2]),
    ...beside.map((box) => [at("y", written(box.text)), (box.top + box.bottom) / 2]),
  ].filter(([expected]) => Number.isFinite(expected));
  expect(ticks.length).toBeGreaterThan(0);
  for (const [expected, found] of ticks) expect(Math.abs(expected - found)).toBeLessThan(4);
});

describe("a figure", () => {
  const figure = lines({ loss: [3, 2, 1] }, { title: "It falls & falls", x: "step", y: "loss <nats>" });

  test("escapes what it is given", () => {
    expect(figure.svg).toContain("It falls &amp; falls");
    expect(textBoxes(figure.svg).map((box) => box.text)).toContain("loss <nats>");
  });

  test("is its SVG as a string", () => {
    expect(String(figure)).toBe(figure.svg);
  });

  test("offers a notebook its SVG, the same as an image, and its words", () => {
    const display = (figure as unknown as Record<symbol, () => Record<string, string>>)[
      Symbol.for("Jupyter.display")
    ]();
    expect(Object.keys(display)).toEqual(["image/svg+xml", "text/html", "text/plain"]);
    expect(display["image/svg+xml"]).toBe(figure.svg);
    expect(display["text/plain"]).toBe(`Figure: ${figure.title}\n${figure.desc}`);
    const { document } = parseHTML(display["text/html"]);
    const image = document.querySelector("img") as unknown as HTMLImageElement;
    expect(image.getAttribute("alt")).toBe(`${figure.title}. ${figure.desc}`);
    const [, source] = image.getAttribute("src")?.match(/^data:image\/svg\+xml;charset=utf-8,([^<>"#&]*)$/) ?? [];
    expect(decodeURIComponent(source)).toBe(figure.svg);
  });

  test("takes the caller's words in place of its own", () => {
    const told = lines({ loss: [3, 2] }, { title: "t", x: "step", y: "loss", desc: "A line that falls." });
    expect(parse(told.svg).querySelector("desc")?.textContent).toBe("A line that falls.");
  });

  test("is the same where a page has a document of its own", () => {
    const draw = () => lines({ loss: [3, 2, 1] }, { title: "It falls & falls", x: "step", y: "loss <nats>" }).svg;
    const page = parseHTML("<html><body></body></html>");
    vi.stubGlobal("window", page.window);
    vi.stubGlobal("document", page.document);
    try {
      expect(draw()).toBe(figure.svg);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
