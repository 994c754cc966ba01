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

type How =
  /** As it stands. */
  | "run"
  /** In a short form, and something that it prints. */
  | { short: string; prints: RegExp }
  /** By a test that has this in it. */
  | { by: string; has: string }
  /** Not at all. */
  | { why: string };

const setsUp = { why: "whoever runs this test has done it" };
const isThis = { why: "it runs this test, among others" };
const minutes = { why: "takes minutes" };
const packaged = { by: "tests/notebook-check/package.test.ts", has: "stranger" };
const vitest = { why: "vitest runs this test, too; its own options are its own" };
const check = (options: string) => ({ by: "tests/notebook-check/command.test.ts", has: options });

const how: Record<string, How> = {
  "npm install": setsUp,
  "npm ci": setsUp,
  "npm test": isThis,
  "npm run test:fast": isThis,
  "npm run check": { by: ".ci/run", has: "npm test" },
  "npm start": { by: "tests/start/start.test.ts", has: "serverArguments" },
  "npm start -- --no-browser --port=9000": { by: "tests/start/start.test.ts", has: "options" },
  "npm run kernel -- install": "run",
  "npm run kernel -- install --name foundations": "run",
  "npm run kernel -- uninstall": "run",
  "npm run notebooks": { why: "the same cells are tests of their own in `npm test`" },
  "npm run notebooks -- --help": "run",
  "npm run notebooks -- notebooks/01-linear-algebra.ipynb": {
    short: "npm run notebooks -- notebooks/01-linear-algebra.ipynb:1",
    prints: /✓ notebooks\/01-linear-algebra\.ipynb: 1 passed/,
  },
  "npm run notebooks -- --update": check('"-u"'),
  "npm run notebooks -- --update notebooks/01-linear-algebra.ipynb": check('"-u"'),
  "npm run notebooks -- --update notebooks/NN-name.ipynb": check('"-u"'),
  "npm run notebooks -- --watch notebooks/01-linear-algebra.ipynb": { ...packaged, has: "--watch" },
  "npx notebook-check": packaged,
  "npx notebook-check analysis.ipynb": packaged,
  "npx notebook-check --update analysis.ipynb": { ...packaged, has: "--update" },
  "npx notebook-check --watch analysis.ipynb": { ...packaged, has: "--watch" },
  "npx notebook-check --help": check("usage: "),
  "npx notebook-check --report junit=report.xml --report json=report.json": { ...packaged, has: "junit=report.xml" },
  "npm pack --workspace packages/notebook-check --pack-destination /tmp": { ...packaged, has: '"pack"' },
  "npm install /tmp/notebook-check-0.1.0.tgz": { ...packaged, has: "notebook-check-0.1.0.tgz" },
  "npm run site": { by: "tests/site/setup.ts", has: "makeSite" },
  "npm run site -- --serve": { by: "tests/site/setup.ts", has: "serve(" },
  "npm run docs": { by: "tests/house/reference.test.ts", has: "docs/reference" },
  "npm run claims": minutes,
  "npm run bench": minutes,
  "npm run bench -- gpt xor": minutes,
  "npm run accuracy": minutes,
  "npm run fuzz -- 20000": { by: "tests/fuzz/fuzz.test.ts", has: "programs.js" },
  "npm run stock": { by: ".ci/run", has: "npm run stock" },
  "npm run nodes": { by: ".ci/run", has: "npm run nodes" },
  "npm run format": { why: "rewrites the files under test; `npm run check` holds them against the same rules" },
  "npm run build": "run",
  "npx tsx scripts/build-wasm.ts": { by: "tests/backend/module.test.ts", has: "build-wasm" },
  "npx vitest run tests/house/reference.test.ts": vitest,
  "npx vitest run tests/ops -t matmul": vitest,
  "npx vitest run tests/ops/operations.test.ts": vitest,
  "npx vitest run tests/plot -u": vitest,
  "npx vitest run tests/site/lesson-knobs.test.ts": vitest,
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

it("each that another test runs is there", () => {
  const tests = Object.values(how).flatMap((one) => (typeof one === "object" && "by" in one ? [one] : []));
  expect(tests.filter(({ by, has }) => !existsSync(join(root, by)) || !read(by).includes(has))).toEqual([]);
});

const data = mkdtempSync(join(tmpdir(), "commands-"));
afterAll(() => rmSync(data, { recursive: true, force: true }));

const runs = Object.entries(how).flatMap(([command, one]): [string, RegExp][] => {
  if (one === "run") return [[command, /\S/]];
  return "short" in one ? [[one.short, one.prints]] : [];
});

it.each(runs)("%s", { timeout: 120_000 }, (command, prints) => {
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
