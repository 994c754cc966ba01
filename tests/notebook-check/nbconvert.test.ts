/** @file Our run beside Jupyter's own `nbconvert --execute`, cell for cell. */

import { join } from "node:path";
import { expect, it } from "vitest";
import { writeNotebook } from "../../packages/notebook-check/notebook/file.js";
import { code, notebookOf, temporaryFolder } from "./fixture.js";
import { findNbconvert, sideBySide } from "./side-by-side.js";

const mayRaise = { tags: ["raises-exception"] };

it("gives cell for cell what nbconvert gives with the same kernel", ({ skip }) => {
  const nbconvert = findNbconvert();
  if (!nbconvert) skip("there is no nbconvert here to compare with");
  const { folder, remove } = temporaryFolder();
  const file = join(folder, "made.ipynb");
  writeNotebook(
    file,
    notebookOf([
      code('const a = [1, 2.5, Math.PI];\nconsole.log("a", a);\nconsole.error("b");\na'),
      code("const n: string = 3;", mayRaise),
      code('throw new RangeError("too big")', mayRaise),
      code("Math.random()"),
      code('import * as tslab from "tslab";\ntslab.display.svg("<svg/>");\ntslab.display.html("<b>x</b>");'),
      code('const live = tslab.newDisplay();\nlive.text("1");\nconsole.log("between");\nlive.text("2");'),
      code("await new Promise((resolve) => setTimeout(resolve, 20));\nfor (let i = 0; i < 2000; i++) console.log(i);"),
      code('({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<i>y</i>", "text/plain": "y" }) })'),
      code('console.log("😀", "😀"[0]);\n"😀"[0]'),
      code(""),
    ]),
  );
  expect(sideBySide(file, nbconvert as string[], 1).differences).toEqual([]);
  remove();
}, 120_000);
