/**
 * @file Installs what the tests look for beyond npm's packages, before they run: Jupyter, whose nbconvert, nbformat and
 * Python kernel some of them compare with. As root on Debian it is installed; elsewhere it is only said what is missing,
 * and the tests that need it are skipped, which .ci/verdict.ts reports.
 */

import { find, searchPath } from "../scripts/start/find.js";
import { debianPackages } from "../scripts/start/setup.js";

const packages = ["jupyter-notebook", "jupyter-nbconvert", "python3-ipykernel"];

if ("tried" in find(["nbconvert"], searchPath())) {
  const result = await debianPackages(packages, searchPath());
  if (result !== "installed") console.log(`ci: ${packages.join(", ")}: ${result}`);
  if (result === "failed" || result === "busy") process.exitCode = 1;
}
