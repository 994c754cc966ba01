/** @file `npm start [-- options for Jupyter]`: from a fresh install to an open notebook. */

import { build } from "../build.js";
import { type Found, find, type NotFound, searchPath } from "./find.js";
import { environment, serve, trust } from "./serve.js";
import { debianPackages, venvPrograms, virtualEnvironment } from "./setup.js";

const directories = [...searchPath(), venvPrograms];

const asked = ({ tried }: NotFound) => (tried.length > 0 ? ["Asked were:", ...tried] : ["None is on PATH."]);

/** A Jupyter that runs: one that is here, or one set up now. */
function jupyter(): Found {
  const look = () => find(["notebook", "lab"], directories);
  let found = look();
  if ("tried" in found) {
    console.log(["No Jupyter runs here.", ...asked(found)].join("\n  "));
    for (const setUp of [
      () => debianPackages(["jupyter-notebook"], directories),
      () => virtualEnvironment(directories),
    ]) {
      if (setUp()) found = look();
      if (!("tried" in found)) break;
    }
  }
  if (!("tried" in found)) return found;
  throw new Error(
    [
      "start: no Jupyter runs here, and none could be set up (the steps are above).",
      ...asked(found),
      "Install one (https://jupyter.org/install; on Debian and Ubuntu: sudo apt-get install jupyter-notebook), see that",
      "`jupyter notebook --version` answers, and say `npm start` again.",
    ].join("\n  "),
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
