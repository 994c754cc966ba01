/** @file What knobs cost the notebooks that use them, in characters beyond those of the figure without a knob. */

import { basename } from "node:path";
import { expect, test } from "vitest";
import { knobsType } from "../../lib/notebook/knobs.js";
import { readNotebook } from "../../packages/notebook-check/notebook/file.js";
import { joined, type Text } from "../../packages/notebook-check/notebook/nbformat.js";
import { lessons } from "../../scripts/lessons.js";

/** What each figure with knobs adds, by the cell that shows it. */
const costs = lessons().flatMap((file) =>
  readNotebook(file).cells.flatMap(({ id, outputs = [] }) =>
    outputs.flatMap((output) => {
      if (!("data" in output) || !(knobsType in output.data)) return [];
      const { [knobsType]: knobs, "text/html": html } = output.data;
      const [image] = /<img onload="[^"]*" ([^>]*>)/.exec(joined(html as Text)) ?? [""];
      const film = image ? joined(html as Text).length - image.length : 0;
      return [{ where: `${basename(file)}, cell ${id}`, characters: film + JSON.stringify(knobs, null, 1).length }];
    }),
  ),
);

test("a knob stores at most 40 kB", () => {
  expect(costs.filter(({ characters }) => characters > 40_000)).toEqual([]);
});

test("the knobs of all notebooks store less than 1 MB", () => {
  expect(costs.reduce((sum, { characters }) => sum + characters, 0)).toBeLessThan(1e6);
});
