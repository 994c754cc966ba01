/** @file Where things lie in the worker: a checkout under a root of its own, so that errors name files as they do in Node. */

export const checkout = "/foundations";
export const compilerFolder = `${checkout}/node_modules/@tslab/typescript-for-tslab/lib`;
export const compiledLibrary = `${checkout}/lib/dist/cjs`;
export const interpreterFolder = `${checkout}/scripts/interpreter`;

const librarySource = `${checkout}/lib/`;

/** Where a file of the library's source lies below the site's root, as it is; null for any other file. */
export const sourceText = (file: string): string | null =>
  file.startsWith(librarySource) && file.endsWith(".ts") && !file.startsWith(`${librarySource}dist/`)
    ? `source/${file.slice(librarySource.length)}.txt`
    : null;

/** The page that shows where the library declares a name; null for a name of somebody else's. */
export const sourcePage = ({ file, name }: { readonly file: string; readonly name: string }): string | null =>
  sourceText(file)?.replace(/\.ts\.txt$/, `.html#${encodeURIComponent(name)}`) ?? null;

/** What the page tells its worker at the start. */
export interface Assets {
  /** Addresses, relative to the site's root, each with its bytes once unpacked. */
  readonly compiler: Asset;
  /** The packages of these names that the library imports, in one script. */
  readonly packages: Asset & { readonly names: readonly string[] };
  /** A JSON object of files by their paths: the library's code, and the declarations that cells are checked against. */
  readonly files: Asset;
  /** Packages that are loaded when a cell first imports them. */
  readonly later: Readonly<Record<string, Asset>>;
  /** Files of data by name, each in one or more parts. */
  readonly data: Readonly<Record<string, DataAsset>>;
}

export interface Asset {
  readonly path: string;
  readonly bytes: number;
}

export interface DataAsset {
  /** Consecutive parts; `items` counts what is in each, where a file has items. */
  readonly parts: readonly { readonly path: string; readonly items?: number; readonly crc?: number }[];
  /** Whether the parts are gzipped. */
  readonly packed: boolean;
}
