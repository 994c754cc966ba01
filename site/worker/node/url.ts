/** @file As much of node:url as the library's compiled modules ask for. */

export const pathToFileURL = (path: string): URL => new URL(`file://${path}`);
export const fileURLToPath = (url: string | URL): string => new URL(url).pathname;
