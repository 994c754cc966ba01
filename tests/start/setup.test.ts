/** @file How `npm start` installs Jupyter: with apt, which may be busy, or with pip. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { debianPackages } from "../../scripts/start/setup.js";
import { programs } from "./fakes.js";

const locked = `echo "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 6492 (apt-get)" >&2; exit 100`;

/** Runs the installation with a stand-in for apt-get; each call of it is logged, and what is said is collected. */
async function install(script: string, patience = 60) {
  const folder = programs({ "apt-get": `echo "$@" >> "$(dirname "$0")/log"\n${script}` });
  const said: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => void said.push(line));
  const result = await debianPackages(["jupyter-notebook"], [folder, "/usr/bin"], {
    patience,
    pause: 0.05,
    possible: true,
  });
  log.mockRestore();
  const calls = existsSync(join(folder, "log")) ? readFileSync(join(folder, "log"), "utf8").trim().split("\n") : [];
  return { result, said: said.join("\n"), calls };
}

const count = (calls: string[], verb: string) => calls.filter((call) => call.includes(` ${verb} `)).length;

describe("Debian's packages", () => {
  test("are installed after an update, and apt is told to wait for its lock", async () => {
    const { result, said, calls } = await install("");
    expect(result).toBe("installed");
    expect(calls.map((call) => call.replace(/Timeout=\d+/, "Timeout=n"))).toEqual([
      "-o DPkg::Lock::Timeout=n update --quiet",
      "-o DPkg::Lock::Timeout=n install --yes --quiet --no-install-recommends jupyter-notebook",
    ]);
    expect(said).not.toContain("busy");
  });

  test("while another program holds a lock, apt is said to be busy, once, and asked again until it is free", async () => {
    const twiceLocked = `[ "$(wc -l < "$(dirname "$0")/log")" -le 2 ] && { ${locked}; }\nexit 0`;
    const { result, said, calls } = await install(twiceLocked);
    expect(result).toBe("installed");
    expect(
      said.match(/apt is busy: another program is installing packages\. Waiting for it, 60 s at most/g),
    ).toHaveLength(1);
    expect([count(calls, "update"), count(calls, "install")]).toEqual([3, 1]);
  });

  test("are given up when the lock is held for longer than the patience, and are reported as busy", async () => {
    const { result, calls } = await install(locked, 0.2);
    expect(result).toBe("busy");
    expect(count(calls, "install")).toBe(0);
  });

  test("are installed even when one source does not answer, and fail at once when the install fails", async () => {
    const { result: withoutUpdate } = await install(`case "$*" in *update*) exit 100;; esac`);
    expect(withoutUpdate).toBe("installed");
    const { result, calls } = await install(
      `case "$*" in *install*) echo "E: Unable to locate package" >&2; exit 100;; esac`,
    );
    expect(result).toBe("failed");
    expect(count(calls, "install")).toBe(1);
  });

  test("are not tried where there is no apt", async () => {
    expect(await debianPackages(["jupyter-notebook"], [programs({})], { possible: true })).toBe("not possible here");
  });
});
