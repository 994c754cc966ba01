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
    const all = sources.filter(
      ({ path, text, lines }) => lines.has(name) && pattern.test(path) && declares(text, name),
    );
    const exported = new RegExp(`^export (?:abstract |async )?(?:const|function\\*?|class|let) ${name}\\b`, "m");
    const found = all.find(({ text }) => exported.test(text)) ?? all[0];
    return found ? `${pageOf(found.path)}#${name}` : null;
  };
  /** What computes or checks shapes below, or is a method, often has the name of what is built on it: looked at last. */
  const rooms = (folder: string) => [new RegExp(`^${folder}/`), /^(?!backend|ops|shape)/, /^ops\//, /./];
  const publicIn = (folder: string, name: string) =>
    rooms(folder)
      .map((pattern) => addressIn(name, pattern))
      .find((address) => address !== null) ?? null;
  return (code) => {
    const [, space, name] = /^(?:(\w*)\.)?([A-Za-z]\w*)(?:\(.*\))?$/.exec(code) ?? [];
    if (name === undefined) return null;
    const folder = space === undefined ? [...byFolder].find(([, found]) => found.has(name))?.[0] : space || undefined;
    if (folder !== undefined && byFolder.has(folder))
      return byFolder.get(folder)?.has(name) ? publicIn(folder, name) : null;
    // `Math.exp` is no method of a tensor.
    if (!methods.has(name) || (space && space in globalThis)) return null;
    return addressIn(name, /^ops\//) ?? addressIn(name, /^(?:tensor\/tensor|autograd\/engine)\.ts$/);
  };
}

/** What a name of the library does, in a sentence, and where its source is. */
export type Explained = readonly [summary: string, address: string];

/** All names as code has them: `train`, `nn.Linear`, and `.softmax` for a method. */
export function explainedNames(sources: readonly Source[], names: PublicNames): Record<string, Explained> {
  const link = sourceLinks(sources, names);
  const explained: Record<string, Explained> = {};
  const explain = (key: string) => {
    const address = link(key);
    const source = sources.find(({ path }) => address?.startsWith(`${pageOf(path)}#`));
    if (address && source) explained[key] = [summaryOf(source, key.replace(/^.*\./, "")), address];
  };
  for (const [folder, all] of names.byFolder) for (const name of all) explain(folder ? `${folder}.${name}` : name);
  for (const name of names.methods) explain(`.${name}`);
  return explained;
}

/** The first paragraph of the comment above a name; "" if there is none. */
function summaryOf({ text, lines }: Source, name: string): string {
  const before = text.split("\n", (lines.get(name) ?? 1) - 1).join("\n");
  const [, comment = ""] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(before) ?? [];
  const [paragraph] = comment.replace(/^\s*\* ?/gm, "").split(/\n\s*\n|^@/m);
  return paragraph.replace(/\s+/g, " ").trim();
}

/** Whether a file declares a name by a statement or as a member, and does not only use it. */
const declares = (text: string, name: string): boolean =>
  new RegExp(
    `^(?:export )?(?:abstract |async )?(?:const|function\\*?|class|let) ${name}\\b|^  (?:get |static )?${name}[(:<,]`,
    "m",
  ).test(text);
