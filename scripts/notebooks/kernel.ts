/** @file This checkout's kernel: how the headless run starts it. */

import { fileURLToPath } from "node:url";
import type { KernelOptions } from "./client.js";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const launcher = fileURLToPath(new URL("../kernel/launcher.cjs", import.meta.url));

export const projectKernel: KernelOptions = {
  argv: [process.execPath, launcher, "--config-path", "{connection_file}"],
  cwd: root,
};
