/**
 * @file Installs what the tests look for beyond npm's packages, before they run: Jupyter, whose nbconvert, nbformat and
 * Python kernel some of them compare with, two browsers, and PyTorch, which reads what notebook 4 saves. As root on Debian they
 * are installed; elsewhere it is only said what is missing, and the tests that need it are skipped, which .ci/verdict.ts
 * reports.
 */

import { existsSync } from "node:fs";
import { find, searchPath } from "../scripts/start/find.js";
import { debianPackages } from "../scripts/start/setup.js";
import { browserProgram, firefoxProgram } from "../tests/site/program.js";

const missing = [
  ...("tried" in find(["nbconvert"], searchPath())
    ? ["jupyter-notebook", "jupyter-nbconvert", "python3-ipykernel"]
    : []),
  ...(browserProgram() === null ? ["chromium"] : []),
  ...(firefoxProgram() === null ? ["firefox-esr"] : []),
  ...(existsSync("/usr/lib/python3/dist-packages/torch") ? [] : ["python3-torch"]),
];
if (missing.length > 0) {
  const result = await debianPackages(missing, searchPath());
  if (result !== "installed") console.log(`ci: ${missing.join(", ")}: ${result}`);
  if (result === "failed" || result === "busy") process.exitCode = 1;
}
