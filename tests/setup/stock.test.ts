/** @file How the stock run judges a notebook that nbconvert has executed. */

import { describe, expect, test } from "vitest";
import { type Cell, type Output, verdicts } from "../../scripts/stock/verdicts.js";

const figure: Output = { output_type: "display_data", data: { "image/svg+xml": "<svg/>" } };
const stderr: Output = { output_type: "stream", name: "stderr", text: ["1:7 - Type 'number' is not …\n"] };

const code = (source: string, outputs: Output[] = [], tags: string[] = []): Cell => ({
  cell_type: "code",
  source,
  outputs,
  metadata: { tags, execution: { "shell.execute_reply": "2026-01-01T00:00:00Z" } },
});
const prose: Cell = { cell_type: "markdown", source: "# Title", metadata: {} };
const problems = (stored: Cell[], executed: Cell[]) =>
  verdicts({ cells: stored }, { cells: executed }).map(({ cell, problem }) => [cell, problem]);

describe("verdicts", () => {
  test("pass what ran and drew as many figures as are stored", () => {
    const cells = [prose, code("1 + 1"), code("show(plot)", [figure])];
    expect(problems(cells, cells)).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
  });

  test("leave out the cells that are expected to raise, and keep the numbers of the others", () => {
    const stored = [code("1"), code("throw 2", [], ["raises-exception"]), code("3")];
    expect(problems(stored, [stored[0], stored[2]])).toEqual([
      [1, undefined],
      [3, undefined],
    ]);
  });

  test("fail a cell that wrote to stderr, where stock tslab puts its errors, and vouch for none behind it", () => {
    expect(problems([code("a"), code("b"), code("c")], [code("a"), code("b", [stderr]), code("c")])).toEqual([
      [1, undefined],
      [2, "wrote to stderr: 1:7 - Type 'number' is not …"],
      [3, "cannot be judged, because cell 2 failed"],
    ]);
  });

  test("fail a cell whose figure is gone", () => {
    expect(problems([code("show(plot)", [figure])], [code("show(plot)")])).toEqual([
      [1, "drew 0 figures, 1 are stored"],
    ]);
  });

  test("fail a cell that never ran, or is not there", () => {
    expect(problems([code("1")], [{ ...code("1"), metadata: {} }])).toEqual([[1, "did not run"]]);
    expect(problems([code("1")], [])).toEqual([[1, "is missing from the executed notebook"]]);
  });
});
