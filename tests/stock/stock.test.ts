/** @file How the stock run judges a notebook that nbconvert has executed. */

import { describe, expect, test } from "vitest";
import { type Cell, type Output, verdict } from "../../scripts/stock/verdicts.js";

const figure: Output = { output_type: "display_data", data: { "image/svg+xml": "<svg/>" } };
const stderr: Output = { output_type: "stream", name: "stderr", text: ["1:7 - Type 'number' is not …\n"] };

const code = (source: string, outputs: Output[] = [], tags: string[] = []): Cell => ({
  cell_type: "code",
  source,
  outputs,
  metadata: { tags, execution: { "shell.execute_reply": "2026-01-01T00:00:00Z" } },
});
const prose: Cell = { cell_type: "markdown", source: "# Title", metadata: {} };
const judge = (stored: Cell[], executed: Cell[]) => verdict({ cells: stored }, { cells: executed });

describe("verdict", () => {
  test("passes what ran and drew as many figures as are stored", () => {
    const cells = [prose, code("1 + 1"), code("show(plot)", [figure])];
    expect(judge(cells, cells)).toEqual({ passed: 2, unjudged: 0 });
  });

  test("leaves out the cells that are expected to raise, and keeps the numbers of the others", () => {
    const stored = [code("1"), code("throw 2", [], ["raises-exception"]), code("3")];
    expect(judge(stored, [stored[0], stored[2]])).toEqual({ passed: 2, unjudged: 0 });
    expect(judge(stored, [stored[0], code("3", [stderr])])).toMatchObject({ passed: 1, failed: { cell: 3 } });
  });

  test("fails a cell that wrote to stderr, where stock tslab puts its errors, and vouches for none behind it", () => {
    expect(judge([code("a"), code("b"), code("c")], [code("a"), code("b", [stderr]), code("c")])).toEqual({
      passed: 1,
      failed: { cell: 2, problem: "wrote to stderr: 1:7 - Type 'number' is not …" },
      unjudged: 1,
    });
  });

  test.each([
    ["whose figure is gone", code("show(plot)", [figure]), code("show(plot)"), "drew 0 figures, 1 are stored"],
    ["that never ran", code("1"), { ...code("1"), metadata: {} }, "did not run"],
    ["that is not there", code("1"), code("2"), "is missing from the executed notebook"],
  ])("fails a cell %s", (_, stored, executed, problem) => {
    expect(judge([stored], [executed])).toEqual({ passed: 0, failed: { cell: 1, problem }, unjudged: 0 });
  });
});
