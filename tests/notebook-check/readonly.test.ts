/** @file A checkout that nobody may write: notebooks run there, and an update says why it stores nothing. */

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeNotebook } from "../../packages/notebook-check/notebook/file.js";
import { build, root } from "../../scripts/build.js";
import { code, notebookOf, temporaryFolder } from "./fixture.js";

const { folder, remove } = temporaryFolder();
const file = join(folder, "made.ipynb");
/** A home and a temporary folder that may be written. */
const home = mkdtempSync(join(tmpdir(), "home-"));

beforeAll(async () => {
  await build();
  const source =
    'import { existsSync, writeFileSync } from "node:fs";\nimport { zeros } from "foundations";\nzeros([2]).size';
  const refused = 'writeFileSync("written", "")';
  const count = (n: number, text: string) => ({
    output_type: "execute_result" as const,
    data: { "text/plain": text },
    metadata: {},
    execution_count: n,
  });
  writeNotebook(
    file,
    notebookOf([
      code(source, {}, [count(1, "3")], 1),
      code(refused, { tags: ["raises-exception", "nbval-ignore-output"] }, [], 2),
    ]),
  );
  mkdirSync(home, { recursive: true });
  chmodSync(home, 0o777);
}, 120_000);
afterAll(() => {
  remove();
  rmSync(home, { recursive: true, force: true });
});

/** Runs the check where the whole checkout is mounted read-only, which needs no rights on Linux but a user namespace. */
function check(...args: string[]) {
  const script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && exec "$@"';
  const main = [process.execPath, "--import", "tsx", "packages/notebook-check/main.ts", ...args];
  const { CI, ...env } = process.env;
  return spawnSync("unshare", ["--map-root-user", "--mount", "sh", "-c", script, root, ...main], {
    encoding: "utf8",
    env: { ...env, HOME: home, TMPDIR: home },
  });
}

it("runs notebooks in a checkout that is read-only, and says why an update stores nothing", ({ skip }) => {
  if (spawnSync("unshare", ["--map-root-user", "--mount", "true"]).status !== 0)
    skip("this system has no user namespaces, so nothing can be mounted");
  const plain = check(file);
  expect(plain.stdout).toContain("3 → 2");
  expect(plain.stdout.match(/\((drift|failed|kernel)\)/g)).toEqual(["(drift)"]);
  expect(plain.status).toBe(1);
  const update = check(file, "--update");
  expect(update.stdout).toContain("(failed): it cannot be written (EROFS), so nothing was stored");
  expect(update.status).toBe(2);
}, 180_000);
