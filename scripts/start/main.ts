/** @file `npm start [-- options for Jupyter]`: from a fresh install to an open notebook. */

import { build } from "../build.js";
import { type Found, find, searchPath } from "./find.js";
import { environment, serve, trust } from "./serve.js";
import { debianPackages, venvPrograms, virtualEnvironment } from "./setup.js";

const directories = [...searchPath(), venvPrograms];

/** A Jupyter that runs: one that is here, or one set up now. */
function jupyter(): Found {
  const waysToSetUp = [() => debianPackages(["jupyter-notebook"], directories), () => virtualEnvironment(directories)];
  for (const setUp of [() => true, ...waysToSetUp]) {
    if (!setUp()) continue;
    const found = find(["notebook", "lab"], directories);
    if (!("tried" in found)) return found;
    console.log(
      ["No Jupyter runs here.", ...(found.tried.length > 0 ? ["Asked were:", ...found.tried] : [])].join("\n  "),
    );
  }
  throw new Error(
    "start: no Jupyter runs here and none could be set up; what was tried stands above.\n" +
      "  Install one (https://jupyter.org/install; on Debian and Ubuntu: sudo apt-get install jupyter-notebook)\n" +
      "  so that `jupyter notebook --version` answers, then say `npm start` again.",
  );
}

try {
  if (await build()) console.log("Library built.");
  const found = jupyter();
  const env = environment();
  trust(directories, env);
  console.log(`Jupyter ${found.program} ${found.version}: ${found.command.join(" ")}. Ctrl-C ends it.`);
  process.exitCode = await serve(found, process.argv.slice(2), env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
