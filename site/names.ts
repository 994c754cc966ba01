/** @file Where the source is of what the prose of a lesson names. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../scripts/build.js";
import { pageOf, type Source } from "./pages/source.js";

/** The names that the library gives to its users. */
export interface PublicNames {
  /** Functions and classes by the folder of the library that declares them; "" for those of its first module. */
  readonly byFolder: ReadonlyMap<string, ReadonlySet<string>>;
  readonly methods: ReadonlySet<string>;
}

/** Of the library as it is built. */
export async function publicNames(): Promise<PublicNames> {
  const load = (path: string): Promise<Record<string, unknown>> =>
    import(pathToFileURL(join(root, "lib/dist/esm", path)).href);
  const main = await load("index.js");
  const spaces = Object.entries(main).filter(([, value]) => typeof value === "object") as [string, object][];
  const named = (module: object) =>
    new Set(
      Object.entries(module)
        .filter(([, value]) => typeof value === "function")
        .map(([name]) => name),
    );
  const byFolder = new Map<string, Set<string>>([["", named(main)]]);
  for (const [name, module] of spaces) byFolder.set(name, named(module));
  for (const name of ["data", "plot", "notebook"]) byFolder.set(name, named(await load(`${name}/index.js`)));
  const { prototype } = main.Tensor as { prototype: object };
  const methods = new Set(Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor"));
  return { byFolder, methods };
}

/** Finds the source of `train`, `nn.Linear`, `plot.lines(…)`, `x.softmax()`; null for what is not the library's. */
export function sourceLinks(
  sources: readonly Source[],
  { byFolder, methods }: PublicNames,
): (code: string) => string | null {
  const addressIn = (name: string, pattern: RegExp) => {
    const found = sources.find(
      ({ path, text, lines }) => lines.has(name) && pattern.test(path) && declares(text, name),
    );
    return found ? `${pageOf(found.path)}#${name}` : null;
  };
  return (code) => {
    const [, space, name] = /^(?:(\w*)\.)?([A-Za-z]\w*)(?:\(.*\))?$/.exec(code) ?? [];
    if (name === undefined) return null;
    if (space === undefined) {
      const folder = [...byFolder].find(([, names]) => names.has(name))?.[0];
      if (folder !== undefined) return addressIn(name, folder === "" ? /./ : new RegExp(`^${folder}/`));
    } else if (byFolder.has(space))
      return byFolder.get(space)?.has(name) ? addressIn(name, new RegExp(`^${space}/`)) : null;
    return methods.has(name) ? (addressIn(name, /^ops\//) ?? addressIn(name, /^tensor\/tensor\.ts$/)) : null;
  };
}

/** Whether a file declares a name by a statement or as a member, and does not only use it. */
const declares = (text: string, name: string): boolean =>
  new RegExp(
    `^(?:export )?(?:abstract |async )?(?:const|function\\*?|class|let) ${name}\\b|^  (?:get |static )?${name}[(:<,]`,
    "m",
  ).test(text);
