/** @file One spelling, the American one, wherever words are read: prose, comments, names, messages. */

import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/build.js";

const british =
  /\b\w*(colour|behaviour|favour|neighbour|honour|centre|centring|centred|metres?\b|licence|defence|catalogue|artefact|judgement|ageing|greys?\b|learnt\b|spelt\b|burnt\b|whilst|towards\b|cancelled|labelled|labelling|modelled|modelling|travelled|fulfil\b|analys(?:e|ed|ing)\b|(?:optim|normal|initial|recogn|minim|maxim|summar|general|organ|real|visual|symmetr|serial|token|regular|penal|util|special|memor|synchron|parametr|vector|emphas|character|random)is(?:e|ed|er|ers|es|ing|ation|ations|able)\b)\w*/gi;

/** Words that are not ours to spell: a name that was, what a reader may mistype, an attribute’s, data’s. */
const quoted: Readonly<Record<string, readonly string[]>> = {
  "CHANGELOG.md": ["Neighbour"],
  "lib/data/little-world.ts": ["grey"],
  "notebooks/04-attention.ipynb": ["grey", "neighbours"],
  "packages/notebook-check/compare/markup.ts": ["labelledby"],
  "tests/data/corpora.test.ts": ["grey"],
  "tests/notebook-check/command.test.ts": ["colour"],
  "tests/notebook-check/settings.test.ts": ["colour"],
};

const rooms = ["lib", "scripts", "packages", "site", "docs", "notebooks", "tests", ".ci", ".github", ".vscode"];
const kinds = [".ts", ".mjs", ".cjs", ".css", ".html", ".py", ".md", ".ipynb", ".yml", ".svg", ".txt"];
const made = /(^|\/)(node_modules|dist|html|files)\/|house\/spelling\.test\.ts$/;

const files = [
  ...readdirSync(root),
  ...rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((file) => join(room, file)),
  ),
].filter((file) => kinds.includes(extname(file)) && !made.test(file));

/** What stands in a text, without what only machines read: pictures as base64. */
const words = (file: string) => readFileSync(join(root, file), "utf8").replace(/[\w+/]{200,}=*/g, "");

test("the project is in American spelling", () => {
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((file) =>
    (words(file).match(british) ?? [])
      .filter((word) => !quoted[file]?.includes(word))
      .map((word) => `${file}: ${word}`),
  );
  expect(found).toEqual([]);
});
