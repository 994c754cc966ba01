/** @file `npm start [-- options for Jupyter]`: from a fresh install to an open notebook. */

import { build } from "../build.js";
import { type Found, find, searchPath } from "./find.js";
import { environment, serve, trust } from "./serve.js";
import { debianPackages, type SetUp, venvPrograms, virtualEnvironment } from "./setup.js";

const directories = [...searchPath(), venvPrograms];

/** A Jupyter that works: one that is already here, or one installed now. */
async function jupyter(): Promise<Found> {
  const ways: (() => Promise<SetUp>)[] = [
    async () => "installed",
    () => debianPackages(["jupyter-notebook"], directories),
    () => virtualEnvironment(directories),
  ];
  let aptWasBusy = false;
  for (const setUp of ways) {
    const result = await setUp();
    aptWasBusy ||= result === "busy";
    if (result !== "installed") continue;
    const found = find(["notebook", "lab"], directories);
    if (!("tried" in found)) return found;
    console.log(
      ["No working Jupyter found.", ...(found.tried.length > 0 ? ["Tried:", ...found.tried] : [])].join("\n  "),
    );
  }
  const remedy = aptWasBusy
    ? "Another program is still installing packages with apt. Wait until it has finished, then run `npm start` again."
    : "Install one (https://jupyter.org/install; on Debian and Ubuntu: sudo apt-get install jupyter-notebook),\n" +
      "  make sure that `jupyter notebook --version` answers, then run `npm start` again.";
  throw new Error(
    `start: no Jupyter works here, and installing one failed; the attempts are listed above.\n  ${remedy}`,
  );
}

try {
  if (await build()) console.log("Library built.");
  const found = await jupyter();
  const env = environment();
  trust(directories, env);
  console.log(`Jupyter ${found.program} ${found.version}: ${found.command.join(" ")}. Press Ctrl-C to stop it.`);
  process.exitCode = await serve(found, process.argv.slice(2), env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
