/** @file Which Jupyter `npm start` takes, of those that are there. */

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { find, pythonNames, searchPath, spawnable } from "../../scripts/start/find.js";
import { programs } from "./fakes.js";

const broken = `echo "Traceback (most recent call last):" >&2; echo "ModuleNotFoundError: No module named 'traitlets'" >&2; exit 1`;

describe("find", () => {
  test("takes the first program that answers with its version", () => {
    const folder = programs({ "jupyter-notebook": "echo 7.2.1" });
    expect(find(["notebook", "lab"], [folder])).toEqual({
      command: [join(folder, "jupyter-notebook")],
      program: "notebook",
      version: "7.2.1",
    });
  });

  test("passes over one that is there and does not run", () => {
    const first = programs({ "jupyter-notebook": broken });
    const second = programs({ "jupyter-notebook": "echo 6.4.12" });
    expect(find(["notebook"], [first, second])).toMatchObject({ command: [join(second, "jupyter-notebook")] });
  });

  test("asks every Python for the module where no program answers", () => {
    const without = programs({ python3: "echo No module named notebook >&2; exit 1" });
    const having = programs({ python3: `[ "$*" = "-m notebook --version" ] && echo 7.0.0` });
    expect(find(["notebook"], [without, having])).toMatchObject({
      command: [join(having, "python3"), "-m", "notebook"],
    });
  });

  test("asks one interpreter once, whatever its names and shims", () => {
    const interpreter = `[ "$1" = -c ] && { echo /usr /usr/bin/python3.11; exit; }\nexit 1`;
    const folder = programs({ python3: interpreter, python: interpreter });
    const shims = programs({ python3: interpreter });
    expect(find(["notebook"], [folder, shims])).toEqual({
      tried: [`${folder}/python3 -m notebook --version: exit code 1`],
    });
  });

  test("takes JupyterLab only where there is no Notebook", () => {
    const lab = programs({ "jupyter-lab": "echo 4.1.0" });
    const notebook = programs({ "jupyter-notebook": "echo 6.5.0" });
    expect(find(["notebook", "lab"], [lab, notebook])).toMatchObject({ program: "notebook" });
    expect(find(["notebook", "lab"], [lab])).toMatchObject({ program: "lab", version: "4.1.0" });
  });

  test("does not take silence for an answer", () => {
    const folder = programs({ "jupyter-notebook": "exit 0" });
    expect(find(["notebook"], [folder])).toHaveProperty("tried");
  });

  test("says of each that failed what was asked, how it ended and its last word", () => {
    const folder = programs({ "jupyter-notebook": broken, python3: "exit 127" });
    expect(find(["notebook"], [folder])).toEqual({
      tried: [
        `${folder}/jupyter-notebook --version: exit code 1: ModuleNotFoundError: No module named 'traitlets'`,
        `${folder}/python3 -m notebook --version: exit code 127`,
      ],
    });
  });
});

describe("searchPath", () => {
  test("goes through PATH in its order, then to the usual places, and to none twice", () => {
    const [a, b] = [programs({}), programs({})];
    const path = searchPath({ PATH: [b, a, b, "/not/there"].join(":") });
    expect(path.slice(0, 2)).toEqual([b, a]);
    expect(path).toContain("/usr/bin");
    expect(path).not.toContain("/not/there");
    expect(new Set(path).size).toBe(path.length);
  });
});

describe("on Windows", () => {
  test("a batch file is run by the shell, each argument in quotes; anything else runs by itself", () => {
    const env = { ComSpec: "C:\\Windows\\cmd.exe" };
    const shim = spawnable("C:\\my shims\\python.CMD", ["-c", 'print("a b")'], "win32", env);
    expect(shim).toEqual({
      file: "C:\\Windows\\cmd.exe",
      args: ["/d", "/s", "/c", String.raw`""C:\my shims\python.CMD" "-c" "print(\"a b\")""`],
      options: { windowsVerbatimArguments: true },
    });
    const program = ["C:\\python.exe", ["--version"]] as const;
    expect(spawnable(...program, "win32", env)).toEqual({ file: program[0], args: program[1], options: {} });
    expect(spawnable("/shims/python.cmd", ["--version"], "linux")).toMatchObject({ file: "/shims/python.cmd" });
  });

  test("Python's launcher is asked first", () => {
    expect(pythonNames("win32")).toEqual(["py", "python3", "python"]);
    expect(pythonNames("darwin")).toEqual(["python3", "python"]);
  });
});
