/**
 * @file Every command that the README and the docs show: it is run here, in a short form where it takes long, or by another
 * test; what is only read is listed with the reason.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { root } from "../../scripts/build.js";

const documents = [
  ...["README.md", "lib/README.md", "site/README.md", "packages/notebook-check/README.md", "CONTRIBUTING.md"],
  ...readdirSync(join(root, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** The lines of sh blocks, and commands in sentences and tables, part by part. */
const commands = [
  ...new Set(
    documents.flatMap((file) => {
      const text = read(file);
      const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block.trim().split("\n"));
      const inline = [...text.replace(/```[\s\S]*?```/g, "").matchAll(/`([^`]+)`/g)].map(([, code]) => code);
      return [...blocks, ...inline.filter((code) => /^(npm|npx|node|git|python3) /.test(code))];
    }),
  ),
].flatMap((line) => line.split(" && "));

type ByAnother =
  /** By a test of this name, in a file that starts the command's program: it hands over every option of the command. */
  | { by: string; test: string }
  /** By a file that calls what the command's program calls. */
  | { by: string; calls: readonly string[] }
  /** By a file that has it as it stands. */
  | { by: string };

type How =
  /** As it stands. */
  | "run"
  /** In a short form, and something that it prints. */
  | { short: string; prints: RegExp }
  | ByAnother
  /** Not at all. */
  | { why: string };

const setsUp = { why: "whoever runs this test has done it" };
const isThis = { why: "it runs this test, among others" };
const packaged = (test: string) => ({ by: "tests/notebook-check/package.test.ts", test });
const stored = packaged("a notebook is checked, updated, and then as stored");
const watched = packaged("it is watched: run again from the first changed cell");
const vitest = { why: "vitest runs this test, too; its own options are its own" };
const check = (test: string) => ({ by: "tests/notebook-check/command.test.ts", test });
const updated = check("stores what drifted when asked to, numbers in prose among it");
const benched = {
  short: "npm run bench -- xor --only ours --rounds 1 --seconds 0.1 --out .cache/tests/bench.md",
  prints: /XOR.*ms/,
};
const started = { by: "tests/start/start.test.ts", test: "hands its options on" };

const how: Record<string, How> = {
  "npm install": setsUp,
  "npm ci": setsUp,
  "npm test": isThis,
  "npm run test:fast": isThis,
  "npm run check": { by: "package.json" },
  "npm start": started,
  "npm start -- --no-browser --port=9000": started,
  "npm run kernel -- install": "run",
  "npm run kernel -- install --name foundations": "run",
  "npm run kernel -- uninstall": "run",
  "npm run notebooks": { why: "the same cells are tests of their own in `npm test`" },
  "npm run notebooks -- --help": "run",
  "npm run notebooks -- notebooks/01-linear-algebra.ipynb": {
    short: "npm run notebooks -- notebooks/01-linear-algebra.ipynb:1",
    prints: /✓ notebooks\/01-linear-algebra\.ipynb: 1 passed/,
  },
  "npm run notebooks -- --update": updated,
  "npm run notebooks -- --update notebooks/01-linear-algebra.ipynb": updated,
  "npm run notebooks -- --update notebooks/NN-name.ipynb": updated,
  "npm run notebooks -- --watch notebooks/01-linear-algebra.ipynb": watched,
  "npx notebook-check": stored,
  "npx notebook-check analysis.ipynb": stored,
  "npx notebook-check --update analysis.ipynb": stored,
  "npx notebook-check --watch analysis.ipynb": watched,
  "npx notebook-check --help": check("tells how it is called when asked"),
  "npx notebook-check --report junit=report.xml --report json=report.json": packaged(
    "reports are written for other programs, and findings annotated on GitHub",
  ),
  "npm pack --workspace packages/notebook-check --pack-destination ..": packaged("beforeAll"),
  "npm install ../notebook-check-0.1.0.tgz": packaged("beforeAll"),
  "npm run site": { by: "tests/site/setup.ts", calls: ["makeSite("] },
  "npm run site -- --serve": { by: "tests/site/setup.ts", calls: ["makeSite(", "serve("] },
  "npm run docs": { by: "site/reference.ts", calls: ["typedoc"] },
  "npm run claims": { short: "npm run claims -- 02", prints: /✓ holds for/ },
  "npm run bench": benched,
  "npm run bench -- gpt xor": benched,
  "npm run bench -- --growth": {
    short: "npm run bench -- --growth matmul --seconds 0.02 --out .cache/tests/growth.md",
    prints: /\| 1024 \|.* ms \|/,
  },
  "npm run accuracy": { by: "tests/backend/accuracy.test.ts", calls: ["worst(", "worstPow("] },
  "npm run fuzz -- 20000": { by: "tests/fuzz/fuzz.test.ts", calls: ["differences("] },
  "npm run stock": { by: ".ci/run" },
  "npm run nodes": { by: ".ci/run" },
  "npm run format": { why: "rewrites the files under test; `npm run check` holds them against the same rules" },
  "npm run build": "run",
  "npx tsx scripts/build-wasm.ts": { by: "tests/backend/module.test.ts", calls: ["compile("] },
  "npx vitest run tests/house/reference.test.ts": vitest,
  "npx vitest run tests/ops -t matmul": vitest,
  "npx vitest run tests/ops/operations.test.ts": vitest,
  "npx vitest run tests/plot -u": vitest,
  "npx vitest run tests/site/cells.test.ts": vitest,
  'git config diff.ipynb.textconv "node --import tsx scripts/textconv.ts"': {
    short: "node --import tsx scripts/textconv.ts notebooks/01-linear-algebra.ipynb",
    prints: /import/,
  },
  "python3 tests/pytorch/ops.py": { why: "needs PyTorch; its stored answers are held against the library" },
  "git diff": { why: "git's own" },
  "git checkout lib": { why: "git's own, and takes changes back" },
  "node --version": "run",
};

it("each is known here", () => {
  expect(commands.filter((command) => !Object.hasOwn(how, command))).toEqual([]);
  expect(commands.length).toBeGreaterThan(40);
});

it("none here is shown no more", () => {
  expect(Object.keys(how).filter((command) => !commands.includes(command))).toEqual([]);
});

/** The programs that a command starts: files of this checkout, or names that are found elsewhere. */
function programsOf(command: string): string[] {
  const [program, ...words] = command.split(" ");
  const script = words[0] === "run" ? words[1] : program === "npm" ? words[0] : "";
  const { scripts } = JSON.parse(read("package.json"));
  const [file] = /\S+\.ts$/.exec(scripts[script] ?? "") ?? [];
  if (script === "docs") return ["docs/reference/package.json"];
  if (program === "npx") return words[0] === "tsx" ? [words[1]] : [...checks];
  if (!file) return [program];
  return checks.has(file) ? [...checks] : [file];
}
/** The check, as a file and as what its package installs. */
const checks = new Set(["packages/notebook-check/main.ts", "node_modules/.bin/notebook-check"]);

/** What a command tells its program: its options, and what npm itself is to do. */
const wordsOf = (command: string): string[] =>
  command
    .split(" ")
    .filter((word, i) => word.startsWith("-") || (i === 1 && ["pack", "install"].includes(word)))
    .filter((word) => word !== "--")
    .map((word) => word.replace(/(?<==).*/, ""));

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|^\s*(?:\/\/|#).*$/gm, "");

/** The body of the test of a name, or of what runs before all tests. */
function bodyOf(text: string, test: string): string {
  const begin = test === "beforeAll" ? text.indexOf("\nbeforeAll(") : text.indexOf(`("${test}", `);
  return begin < 0 ? "" : text.slice(begin, text.indexOf(test === "beforeAll" ? "\n}" : "\n  });", begin));
}

/** What keeps a command from being run where that is claimed, or null. */
function doubt(command: string, one: ByAnother): string | null {
  if (!existsSync(join(root, one.by))) return "there is no such file";
  const text = withoutComments(read(one.by));
  if ("calls" in one) {
    const [program] = programsOf(command);
    const missing = one.calls.flatMap((call) => [one.by, program].filter((file) => !read(file).includes(call)));
    return missing.length > 0 ? `${missing.join(" and ")} calls no ${one.calls.join(", ")}` : null;
  }
  if (!("test" in one)) return text.includes(command) ? null : "it is not there";
  if (!programsOf(command).some((program) => text.includes(program))) return "its program is not started";
  const body = bodyOf(text, one.test);
  if (!body) return `there is no test "${one.test}"`;
  const missing = wordsOf(command).filter((word) => !body.includes(`"${word}`));
  return missing.length > 0 ? `${missing.join(" and ")} is not handed over` : null;
}

it("each that another file runs is run there, with its options", () => {
  const doubts = Object.entries(how).flatMap(([command, one]) => {
    if (typeof one !== "object" || !("by" in one)) return [];
    const found = doubt(command, one);
    return found ? [`${command}: ${one.by}: ${found}`] : [];
  });
  expect(doubts).toEqual([]);
});

it.each([
  ["npm start -- --no-browser --port=9000", { by: "tests/start/start.test.ts", test: "on no account" }, "no test"],
  ["npm start -- --quiet", started, "--quiet is not handed over"],
  ["npm run stock", started, "its program is not started"],
  ["npm run stock", { by: "package.json" }, "it is not there"],
  ["npm run stock", { by: "tests/nowhere.ts" }, "no such file"],
  ["npm run site", { by: "tests/site/setup.ts", calls: ["makeSite(", "unlink("] }, "calls no makeSite(, unlink("],
])("it is doubted that %s is run by %o", (command, one, said) => {
  expect(doubt(command, one)).toContain(said);
});

const data = mkdtempSync(join(tmpdir(), "commands-"));
afterAll(() => rmSync(data, { recursive: true, force: true }));

const runs = Object.entries(how).flatMap(([command, one]): [string, RegExp][] => {
  if (one === "run") return [[command, /\S/]];
  return "short" in one ? [[one.short, one.prints]] : [];
});

it.each([...new Map(runs)])("%s", { timeout: 300_000 }, (command, prints) => {
  const { status, stdout, stderr } = spawnSync(command, {
    cwd: root,
    // Not the reader's own Jupyter.
    env: { ...process.env, JUPYTER_DATA_DIR: data },
    shell: true,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(prints);
});
