/** @file Whose end is the kernel's end, on each system. */

import { expect, it } from "vitest";
import { starterOf } from "../../scripts/jupyter-kernel/starter.js";

it.each([
  ["Linux, started by Jupyter", "linux", { JPY_PARENT_PID: "12" }, 12],
  ["Linux, started by hand", "linux", {}, 34],
  // There it holds a handle, which looks like the id of a process that does not exist.
  ["Windows", "win32", { JPY_PARENT_PID: "1848" }, null],
] as const)("%s", (_, platform, env, expected) => {
  expect(starterOf({ platform, env, ppid: 34 })).toBe(expected);
});
