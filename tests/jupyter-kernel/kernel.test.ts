/** @file This checkout's kernel on the wire: messages, errors, interrupts, silence, late output. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CellRun, defaultLimits, KernelClient } from "../../packages/notebook-check/kernel/client.js";
import { findKernel } from "../../packages/notebook-check/kernel/kernelspec.js";
import { joined } from "../../packages/notebook-check/notebook/nbformat.js";
import { defaultSettings } from "../../packages/notebook-check/settings.js";
import { tell, temporaryFolder, whenTold } from "../notebook-check/fixture.js";

const { folder, remove } = temporaryFolder();
let kernel: KernelClient;

beforeAll(async () => {
  kernel = await KernelClient.start(findKernel("tslab"), folder, { ...defaultLimits, grace: 5000 });
}, 60_000);
afterAll(async () => {
  await kernel?.shutdown();
  remove();
});

/** What a cell printed. */
const printed = ({ outputs }: CellRun, name = "stdout") =>
  outputs
    .flatMap((output) => (output.output_type === "stream" && output.name === name ? [joined(output.text)] : []))
    .join("");
/** The text of its value. */
const value = ({ outputs }: CellRun) =>
  outputs.flatMap((output) => (output.output_type === "execute_result" ? [output.data["text/plain"]] : []))[0];
const error = ({ outputs }: CellRun) => outputs.find((output) => output.output_type === "error");

const red = (text: string) => `\x1b[1;31m${text}\x1b[0m`;
const gray = (text: string) => `\x1b[38;5;243m${text}\x1b[0m`;

describe("the project's kernel", () => {
  it("says what a cell printed, and gives its last value, in the order of events", async () => {
    const run = await kernel.execute('console.log("a");\nconsole.error("b");\nconsole.log("c");\n[1, 2]');
    expect(run.status).toBe("ok");
    expect(run.outputs).toEqual([
      { output_type: "stream", name: "stdout", text: "a\n" },
      { output_type: "stream", name: "stderr", text: "b\n" },
      { output_type: "stream", name: "stdout", text: "c\n" },
      {
        output_type: "execute_result",
        data: { "text/plain": "[ 1, 2 ]" },
        metadata: {},
        execution_count: run.executionCount,
      },
    ]);
  });

  it("remembers what cells declare, and lets them declare it anew", async () => {
    await kernel.execute("const n = 1; function twice(x: number) { return 2 * x; }");
    await kernel.execute('const n = "x"');
    expect(value(await kernel.execute("n + twice(3)"))).toBe("x6");
  });

  it("checks types strictly, and says where in the cell and what", async () => {
    const run = await kernel.execute("const first = 1;\nconst list: number[] = null;");
    expect(run.status).toBe("error");
    expect(run.outputs).toEqual([
      {
        output_type: "error",
        ename: "TypeScriptError",
        evalue: "2:7 - Type 'null' is not assignable to type 'number[]'.",
        traceback: [
          `${red("2:7")} - Type 'null' is not assignable to type 'number[]'.`,
          "",
          "  const list: number[] = null;",
          `        ${red("~~~~")}`,
        ],
      },
    ]);
  });

  it("checks them leniently where the check is set so", async () => {
    const spec = findKernel("tslab", { ...defaultSettings, strictTypes: false });
    const lenient = await KernelClient.start(spec, folder, { ...defaultLimits, grace: 5000 });
    expect(value(await lenient.execute("const list: number[] = null;\nString(list)"))).toBe("null");
    await lenient.shutdown();
  });

  it("says the library's own sentence about shapes before the compiler's", async () => {
    const run = await kernel.execute(
      'import { tensor } from "foundations";\ntensor([[1, 2]]).matmul(tensor([1, 2, 3]));',
    );
    const sentence = "matmul: [1, 2] @ [3]: inner dimensions 2 ≠ 3";
    expect(error(run)?.traceback).toEqual([
      `${red("TypeScriptError")}: ${sentence}`,
      `${red("2:25")} - Argument of type 'Tensor<[3]>' is not assignable to parameter of type '"${sentence}"'.`,
      "",
      "  tensor([[1, 2]]).matmul(tensor([1, 2, 3]));",
      `                          ${red("~~~~~~~~~~~~~~~~~")}`,
    ]);
  });

  it("names the cell and the line of what is thrown, as written, and nothing of itself or the machine", async () => {
    const first = await kernel.execute(
      'interface Gone { x: number }\n// So is this.\nfunction f(): never {\n  throw new RangeError("too big");\n}',
    );
    const run = await kernel.execute("type AlsoGone = string;\n\nf();");
    expect(run.outputs).toEqual([
      {
        output_type: "error",
        ename: "RangeError",
        evalue: "too big",
        traceback: [
          `${red("RangeError")}: too big`,
          gray(`    at f (cell [${first.executionCount}], line 4)`),
          gray(`    at cell [${run.executionCount}], line 3`),
        ],
      },
    ]);
    const later = await kernel.execute('await null;\n\nthrow new Error("after an await");');
    expect(error(later)).toHaveProperty("traceback.1", gray(`    at cell [${later.executionCount}], line 3`));
    expect(error(await kernel.execute("throw { code: 7 }"))).toMatchObject({
      ename: "Uncaught",
      evalue: "{ code: 7 }",
    });
  });

  it("goes on after an error, however soon the next cell comes", async () => {
    const runs = await Promise.all([kernel.execute("throw 1"), kernel.execute("2"), kernel.execute("3")]);
    expect(runs.map(({ status }) => status)).toEqual(["error", "ok", "ok"]);
  });

  it("evaluates expressions without printing, declaring or counting", async () => {
    const before = await kernel.execute("const q = 3; const words: string[] = []; q");
    expect(
      await kernel.evaluate(["q + 1", '"text"', "await Promise.resolve(null)", "undefined", "words.length"]),
    ).toEqual([{ text: "4" }, { text: "text" }, { text: "null" }, { text: "undefined" }, { text: "0" }]);
    const [typo, thrown, statement] = await kernel.evaluate([
      "qq",
      "(() => { throw new Error('no'); })()",
      "const r = 1",
    ]);
    expect(typo).toEqual({ error: expect.stringContaining("Cannot find name 'qq'") });
    expect(thrown).toEqual({ error: "Error: no" });
    expect(statement).toHaveProperty("error");
    const after = await kernel.execute("q");
    expect(after.executionCount).toBe((before.executionCount ?? 0) + 1);
  });

  it("shows a value in its own rich form", async () => {
    const run = await kernel.execute(
      'const rich = { [Symbol.for("Jupyter.display")]: async () => ({ "text/html": "<b>x</b>", "text/plain": "x" }) };\nrich',
    );
    expect(run.outputs).toMatchObject([{ data: { "text/html": "<b>x</b>", "text/plain": "x" } }]);
  });

  it("updates a display in place", async () => {
    const run = await kernel.execute(
      'import { newDisplay } from "tslab";\nconst live = newDisplay();\nlive.text("1"); console.log("between"); live.text("2");',
    );
    expect(run.outputs).toMatchObject([
      { output_type: "display_data", data: { "text/plain": "2" } },
      { output_type: "stream", text: "between\n" },
    ]);
    const later = await kernel.execute('live.text("3")');
    expect(run.outputs[0]).toMatchObject({ data: { "text/plain": "3" } });
    expect(later.outputs).toEqual([]);
  });

  it("puts a character together that comes in several writes", async () => {
    const run = await kernel.execute(
      'for (const byte of Buffer.from("a😀é")) process.stdout.write(Buffer.from([byte]));\nprocess.stdout.write("!");',
    );
    expect(printed(run)).toBe("a😀é!");
  });

  it("puts its halves together, too, however long after each other they come", async () => {
    const run = await kernel.execute(
      'process.stdout.write("\\ud83d");\nawait new Promise((resolve) => setTimeout(resolve, 100));\nconsole.log("\\ude00");',
    );
    expect(printed(run)).toBe("😀\n");
  });

  it("shows what is not whole as �: a notebook that holds half a character cannot be saved", async () => {
    expect(value(await kernel.execute('"😀"[0]'))).toBe("�");
    expect(printed(await kernel.execute('console.log("a" + "😀"[0]); process.stderr.write("b");'))).toBe("a�\n");
    expect(printed(await kernel.execute("process.stdout.write(Buffer.from([0xf0, 0x9f])); 1"))).toBe("�");
    expect(error(await kernel.execute('throw new Error("😀"[1])'))).toMatchObject({ evalue: "�" });
    expect(value(await kernel.execute('"\\\\ud83d"'))).toBe("\\ud83d");
  });

  it("writes text in the encoding that a cell names", async () => {
    const run = await kernel.execute('process.stdout.write("c3a9", "hex");\nprocess.stdout.write("Kg==", "base64");');
    expect(printed(run)).toBe("é*");
  });

  it("loses nothing of a flood of 10,000 lines", async () => {
    const run = await kernel.execute('for (let i = 0; i < 10000; i++) console.log("line", i);');
    const lines = Array.from({ length: 10000 }, (_, i) => `line ${i}\n`);
    expect(printed(run)).toBe(lines.join(""));
    expect(run.lost).toBe(0);
  });

  it("loses nothing of a flood of 10,000 messages in one turn, in their order", async () => {
    const run = await kernel.execute("for (let i = 0; i < 5000; i++) { console.log(i); console.error(i); }");
    const numbers = Array.from({ length: 5000 }, (_, i) => `${i}\n`).join("");
    expect([printed(run), printed(run, "stderr")]).toEqual([numbers, numbers]);
    expect(run.outputs).toHaveLength(10_000);
    expect(run.lost).toBe(0);
  });

  it("loses no character of a line of many megabytes", async () => {
    const run = await kernel.execute('console.log("x" + "😀".repeat(2e6));');
    expect(printed(run) === `x${"😀".repeat(2e6)}\n`).toBe(true);
    expect(run.lost).toBe(0);
  });

  it("gives the same everywhere: no colors, UTC, English, the same random numbers", async () => {
    expect(printed(await kernel.execute("console.log({ a: 1 }, null)"))).toBe("{ a: 1 } null\n");
    expect(value(await kernel.execute("new Date(0).toString()"))).toContain("GMT+0000");
    expect(value(await kernel.execute("(1234.5).toLocaleString()"))).toBe("1,234.5");
    expect(value(await kernel.execute("new Error('x').stack?.includes('\\u001b')"))).toBe("false");
  });

  it("fails a cell for a rejected promise that nobody awaits", async () => {
    const run = await kernel.execute('Promise.reject(new Error("nobody awaits this"));\n1');
    expect(run.status).toBe("error");
    expect(error(run)).toMatchObject({ ename: "Error", evalue: "nobody awaits this" });
  });

  it("fails a cell, and ends it, for an exception in a timer of its own", async () => {
    const run = await kernel.execute(
      'setTimeout(() => { throw new TypeError("in a timer"); }, 5);\nawait new Promise(() => {});',
    );
    expect(run.status).toBe("error");
    expect(run.outputs).toMatchObject([{ output_type: "error", ename: "TypeError", evalue: "in a timer" }]);
  });

  it("files what comes late with the cell that it comes from, whatever runs by then", async () => {
    const first = await kernel.execute(whenTold('console.log("late")'));
    const other = await kernel.execute(whenTold('throw new Error("later")'));
    const second = await kernel.execute(`${tell}\n2`);
    expect(second.status).toBe("ok");
    expect(second.outputs).toHaveLength(1);
    expect(first.late).toEqual(['"late"']);
    expect(other.late).toEqual(['"Error: later"']);
  });

  describe("when interrupted", () => {
    const stopped = [{ output_type: "error", ename: "Interrupted" }];

    it("ends a training that the cell waits for, too", async () => {
      await kernel.execute('import { nn, optim, train } from "foundations";\nlet [steps, then] = [0, 0];');
      const training = [
        "const model = new nn.Linear(1, 1);",
        "const optimizer = new optim.SGD(model.parameters());",
        "const loss = () => (steps++, model.weight.sum());",
        "await train(model, { optimizer: optimizer, batches: [0], steps: 1e9, loss: loss });",
      ];
      const run = await kernel.execute(training.join("\n"), 4000);
      expect(run).toMatchObject({ status: "timeout", killed: false, outputs: stopped });
      await kernel.execute("await new Promise((resolve) => setTimeout(resolve, 200)); then = steps;");
      const after = await kernel.execute(
        "await new Promise((resolve) => setTimeout(resolve, 200)); [then > 0, steps - then]",
      );
      expect(value(after)).toBe("[ true, 0 ]");
    });
  });
});
