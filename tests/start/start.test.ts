/** @file `npm start` around Jupyter: what it is told, what it may see and write, and how it ends. */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/build.js";
import type { Found } from "../../scripts/start/find.js";
import { environment, notebooks, serverArguments } from "../../scripts/start/serve.js";
import { programs } from "./fakes.js";

const jupyter = (program: Found["program"], version: string): Found => ({ command: ["jupyter"], program, version });

describe("Jupyter's environment", () => {
  test("shows it this checkout's kernel first, and the reader's own kernels after it", () => {
    const [own, ...rest] = environment(undefined, { JUPYTER_PATH: "/theirs" }).JUPYTER_PATH?.split(delimiter) ?? [];
    expect(existsSync(join(own, "kernels/tslab/kernel.json"))).toBe(true);
    expect(rest).toEqual(["/theirs"]);
  });

  test("keeps what it writes inside the checkout", () => {
    const env = environment(undefined, { HOME: "/home/reader", PATH: "/usr/bin" });
    for (const name of ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"]) {
      expect(env[name]).toContain(join(root, ".cache"));
    }
  });

  test("runs the kernel on the Node that runs npm start", () => {
    const [first] = environment(undefined, { PATH: "/usr/bin" }).PATH?.split(delimiter) ?? [];
    expect(existsSync(join(first, "node"))).toBe(true);
    expect(process.execPath.startsWith(first)).toBe(true);
  });
});

describe("Jupyter's arguments", () => {
  test("allow root to root, and to nobody else", () => {
    expect(serverArguments(jupyter("notebook", "7.2.1"), [], true)).toContain("--allow-root");
    expect(serverArguments(jupyter("notebook", "7.2.1"), [], false)).not.toContain("--allow-root");
  });

  test("end with the reader's own, in whose place none of ours stands: Jupyter refuses two of a kind", () => {
    const options = ["--no-browser", "--port=9999", "--notebook-dir=/elsewhere"];
    const given = serverArguments(jupyter("lab", "4.1.0"), options);
    expect(given.slice(-3)).toEqual(options);
    expect(given.filter((option) => option.startsWith("--notebook-dir="))).toEqual(["--notebook-dir=/elsewhere"]);
  });

  test("pass by the copies that Jupyter keeps in hidden folders", () => {
    const folder = programs({ "02.ipynb": "", "01.ipynb": "", ".ipynb_checkpoints/01-checkpoint.ipynb": "" });
    expect(notebooks(folder)).toEqual([join(folder, "01.ipynb"), join(folder, "02.ipynb")]);
  });

  test.each([
    ["notebook", "6.4.12", /^--NotebookApp\.default_url=\/notebooks\/notebooks\/01-.*\.ipynb$/],
    ["notebook", "7.2.1", /^--JupyterNotebookApp\.default_url=\/notebooks\/notebooks\/01-.*\.ipynb$/],
    ["lab", "4.1.0", /^--LabApp\.default_url=\/lab\/tree\/notebooks\/01-.*\.ipynb$/],
  ] as const)("open the first notebook, in %s %s", (program, version, option) => {
    expect(serverArguments(jupyter(program, version), [])).toContainEqual(expect.stringMatching(option));
  });
});

/** Runs `npm start`'s program in a process group of its own, with a stand-in for Jupyter first on PATH. */
function start(script: string, options: string[] = []) {
  const folder = programs({
    "jupyter-notebook": `[ "$1" = --version ] && { echo 7.0.0; exit; }\n${script}`,
    "jupyter-trust": `[ "$1" = --version ] && echo 5.0.0`,
  });
  const child = spawn(process.execPath, ["--import", "tsx", join(root, "scripts/start/main.ts"), ...options], {
    cwd: root,
    env: { ...process.env, PATH: [folder, process.env.PATH].join(delimiter), LOG: join(folder, "log") },
    detached: true,
  });
  let output = "";
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => output.includes(text) && resolve();
      for (const stream of [child.stdout, child.stderr]) stream.on("data", look);
      child.on("close", () => reject(new Error(`ended without saying ${text}, but: ${output}`)));
      look();
    });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      output += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return {
    said,
    ended,
    interrupt: () => process.kill(-(child.pid as number), "SIGINT"),
    log: () => readFileSync(join(folder, "log"), "utf8"),
  };
}

describe("npm start", () => {
  test("ends with Jupyter's exit code, and says that it did", async () => {
    const run = start(`exit 3`);
    await run.said("Jupyter ended by itself with exit code 3");
    expect(await run.ended).toBe(3);
  });

  test("hands its options on", async () => {
    const run = start(`echo "$@" > "$LOG"`, ["--no-browser", "--port=9999"]);
    expect(await run.ended).toBe(0);
    expect(run.log()).toMatch(/ --no-browser --port=9999\n$/);
  });

  test("on Ctrl-C, however often, asks Jupyter once to stop, waits until it has, and ends well", async () => {
    const run = start(`
      trap 'echo interrupted >> "$LOG"' INT
      trap 'echo asked | tee -a "$LOG"; stop=1' TERM
      echo serving
      while [ -z "$stop" ]; do sleep 0.1; done
      sleep 0.5
      echo stopped >> "$LOG"`);
    await run.said("serving");
    run.interrupt();
    await run.said("asked");
    run.interrupt();
    expect(await run.ended).toBe(0);
    expect(run.log()).toBe("asked\nstopped\n");
  });
});

describe("Node's version", () => {
  test.each(["18.20.4", "20.18.3", "21.7.0", "22.12.0", "23.1.0"])("%s is refused in a sentence", (version) => {
    const { status, stderr } = onNode(version);
    expect(status).toBe(1);
    expect(stderr).toBe(
      `start: this is Node ${version}, and the notebooks need ^20.19.0 or ^22.13.0 or >=24.0.0.\n` +
        "  Install a current one (https://nodejs.org), then run `npm install && npm start` again.\n",
    );
  });

  test.each(["20.19.0", "20.20.2", "22.13.1", "24.0.0", "25.1.0", "26.3.0"])("%s is accepted", (version) => {
    expect(onNode(version)).toMatchObject({ status: 0, stderr: "" });
  });

  test("is checked before npm start does anything else", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(scripts.prestart).toBe("node scripts/start/node-version.cjs");
  });
});

/** Runs the version check as Node `version` would. */
function onNode(version: string) {
  const program = `Object.defineProperty(process.versions, "node", { value: "${version}" });
    require("${join(root, "scripts/start/node-version.cjs")}")`;
  return spawnSync(process.execPath, ["-e", program], { encoding: "utf8" });
}
