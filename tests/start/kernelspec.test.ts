/** @file The kernel in the reader's own Jupyter: where it is installed, what it runs, and what is left alone. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, isAbsolute, join } from "node:path";
import { describe, expect, test } from "vitest";
import { kernelsFolder, run } from "../../scripts/start/kernelspec.js";
import { programs } from "./fakes.js";

/** A Jupyter data folder of its own. */
const fresh = () => ({ JUPYTER_DATA_DIR: programs({}) });
const spec = (env: { JUPYTER_DATA_DIR: string }, name = "tslab") =>
  JSON.parse(readFileSync(join(env.JUPYTER_DATA_DIR, "kernels", name, "kernel.json"), "utf8"));

describe("the kernels' folder is Jupyter's own", () => {
  test.each<[string, NodeJS.ProcessEnv, string]>([
    ["linux", { HOME: "/home/r" }, "/home/r/.local/share/jupyter/kernels"],
    ["linux", { HOME: "/home/r", XDG_DATA_HOME: "/data" }, "/data/jupyter/kernels"],
    ["darwin", { HOME: "/Users/r" }, "/Users/r/Library/Jupyter/kernels"],
    ["win32", { HOME: "/r", APPDATA: "/r/AppData/Roaming" }, "/r/AppData/Roaming/jupyter/kernels"],
    ["darwin", { HOME: "/Users/r", JUPYTER_DATA_DIR: "/mine" }, "/mine/kernels"],
  ])("on %s with %o: %s", (platform, env, folder) => {
    expect(kernelsFolder(env, platform).replaceAll("\\", "/")).toBe(folder);
  });
});

describe("install", () => {
  test("writes a kernelspec whose programs are there, whatever folder it is started in", () => {
    const env = fresh();
    expect(run(["install"], env)).toContain(join(env.JUPYTER_DATA_DIR, "kernels/tslab"));
    const { argv, display_name, language } = spec(env);
    expect([display_name, language]).toEqual(["TypeScript", "typescript"]);
    expect(argv.at(-1)).toBe("{connection_file}");
    const paths = argv.slice(0, -1).filter((argument: string) => !argument.startsWith("-"));
    expect(paths.map((path: string) => basename(path))).toEqual([basename(process.execPath), "launcher.cjs"]);
    for (const path of paths) expect([isAbsolute(path), existsSync(path)]).toEqual([true, true]);
  });

  test("may be repeated, and takes a name", () => {
    const env = fresh();
    run(["install", "--name", "foundations"], env);
    expect(run(["install", "--name", "foundations"], env)).toContain("uninstall --name foundations");
    expect(spec(env, "foundations").argv).toContain("{connection_file}");
  });

  test("leaves another kernel of that name alone, and says what to do", () => {
    const env = fresh();
    const folder = join(env.JUPYTER_DATA_DIR, "kernels/tslab");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "kernel.json"), '{ "argv": ["theirs"] }');
    for (const action of ["install", "uninstall"])
      expect(() => run([action], env)).toThrow(`npm run kernel -- ${action} --name foundations`);
    expect(spec(env)).toEqual({ argv: ["theirs"] });
  });
});

describe("uninstall", () => {
  test("removes what install wrote, and nothing else", () => {
    const env = fresh();
    run(["install"], env);
    run(["install", "--name", "other"], env);
    expect(run(["uninstall"], env)).toMatch(/^Removed /);
    expect(existsSync(join(env.JUPYTER_DATA_DIR, "kernels/tslab"))).toBe(false);
    expect(spec(env, "other").argv).toContain("{connection_file}");
    rmSync(env.JUPYTER_DATA_DIR, { recursive: true });
  });

  test("says when there is nothing to remove", () => {
    expect(run(["uninstall"], fresh())).toMatch(/^There is no kernel named tslab in /);
  });
});

test.each([
  [[], "npm run kernel -- install"],
  [["instal"], "npm run kernel -- install"],
  [["install", "uninstall"], "npm run kernel -- install"],
  [["install", "--name", "../../evil"], "a kernel's name has letters, digits"],
  [["install", "--name", ".."], "a kernel's name has letters, digits"],
  [["install", "--nmae", "x"], "--nmae"],
])("arguments that mean nothing are refused: %j", (args, sentence) => {
  expect(() => run(args, fresh())).toThrow(sentence);
});
