/** @file The program that started the kernel, whose end is the kernel's end. */

/**
 * Its process id, or null where it is not known. Jupyter's clients put it into JPY_PARENT_PID, except on Windows: what they
 * put there is a handle, valid in this process, that no function of Node can wait for; they end their kernels themselves.
 */
export function starterOf({ env, platform, ppid }: Pick<NodeJS.Process, "env" | "platform" | "ppid">): number | null {
  if (platform === "win32") return null;
  return Number(env.JPY_PARENT_PID) || ppid;
}
