/**
 * @file Many ways to alter what is stored, each in every kind of output where it can be made: none goes unnoticed, and what
 * a reader can see is never taken for a spelling.
 */

import { crc32 } from "node:zlib";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { compareOutputs } from "../../packages/notebook-check/compare/compare.js";
import { defaultTolerance, type Verdict } from "../../packages/notebook-check/compare/numbers.js";
import type { Output } from "../../packages/notebook-check/notebook/nbformat.js";

const shown = (type: string, data: unknown): Output => ({
  output_type: "display_data",
  data: { [type]: data },
  metadata: {},
});
const stream =
  (name: "stdout" | "stderr") =>
  (text: string): Output => ({ output_type: "stream", name, text });
const text = "loss 0.25 after 12 steps\nbest: adam (1.5e-7), x = -3\n  │ 9.09e-13 │\n";
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>Loss 0.25</title><defs><clipPath id="c1"><rect width="5" height="5"/></clipPath><clipPath id="c2"><rect width="7" height="7"/></clipPath></defs><g clip-path="url(#c1)" fill="#0072b2" stroke="#100" aria-label="falls to 3.5"><path d="M0,0L1.5,2.5L3,4"/><circle cx="1" cy="2" r="3.25"/></g><text x="1" y="2">a <tspan>b</tspan> 0.5</text><use href="#c2"/></svg>';
const html =
  '<figure><p class="note">a <b>1</b> <b>2.5</b> and 97 percent</p><pre>  x  1\n y 2</pre><table><tr><td>0.125</td><td>two</td></tr></table><img alt="a 3" src="data:image/svg+xml,%3Csvg%3E%3Ctext%3E7%3C/text%3E%3C/svg%3E"></figure>';
const image = new PNG({ width: 3, height: 2 });
image.data.fill(200);
const png = PNG.sync.write(image).toString("base64");

/** Each kind of output as a function of its text, so that the text can be altered. */
const kinds: Record<string, { source: string; make: (source: string) => Output }> = {
  stdout: { source: text, make: stream("stdout") },
  stderr: { source: text, make: stream("stderr") },
  "text/plain": { source: text, make: (source) => shown("text/plain", source) },
  "text/markdown": { source: `# 3 of 4\n\n**${text}**`, make: (source) => shown("text/markdown", source) },
  "text/latex": { source: "$x_{12} = 0.25 + \\alpha$", make: (source) => shown("text/latex", source) },
  "an error's message": {
    source: text,
    make: (evalue) => ({ output_type: "error", ename: "Error", evalue, traceback: ["Error"] }),
  },
  "a traceback": {
    source: `Error: 0.25 is no rate\n    at step (lib/optim/sgd.ts:3:4)\n    at cell [3], line 12`,
    make: (source) => ({ output_type: "error", ename: "Error", evalue: "no", traceback: source.split("\n") }),
  },
  "application/json": {
    source: '{"a":[1,0.25,"x y"],"b":{"c":null,"d":true,"e":-0.5}}',
    make: (source) => shown("application/json", JSON.parse(source)),
  },
  "image/svg+xml": { source: svg, make: (source) => shown("image/svg+xml", source) },
  "text/html": { source: html, make: (source) => shown("text/html", source) },
  "image/png": { source: png, make: (source) => shown("image/png", source) },
  "image/jpeg": { source: "/9j/4AAQSkZJRgABAQ12e5", make: (source) => shown("image/jpeg", source) },
  "application/javascript": { source: "draw(12, 0.5);", make: (source) => shown("application/javascript", source) },
};

type Alteration = [name: string, from: string | RegExp, to: string];
/** What can be done to any text. */
const anywhere: Alteration[] = [
  ["a digit changed", /[1-8](?=\D|$)/, "9"],
  ["the last digit changed", /\d(?=\D*$)/, "6"],
  ["a digit more", /(\d)(?=\D|$)/, "$17"],
  ["a digit less", /(\d)\d/, "$1"],
  ["a sign more", /(?<=[ ,([>])(\d)/, "-$1"],
  ["a sign less", /-(?=\d)/, ""],
  ["the exponent changed", /e-7/, "e-8"],
  ["a tiny number for a tinier one", /9\.09e-13/, "-7.5e-31"],
  ["a number for NaN", /0\.25/, "NaN"],
  ["a letter changed", /[b-y]/, "z"],
  ["the last letter changed", /[a-y](?=[^a-z]*$)/, "z"],
  ["a letter in upper case", /[a-z](?![a-z]*[=:])/, "Q"],
  ["a word more", /(?<=[a-z]) (?=[a-z])/, " not "],
  ["a space more", /(?<=[a-z]) (?=[a-z0-9])/, "  "],
  ["a space less", /(?<=[a-z]) (?=[a-z0-9])/, ""],
  ["a line less", /\n.*$/, ""],
  ["a break for a space", /(?<=[a-z]) (?=\d)/, "\n"],
  ["all of it less", /^[\s\S]+$/, ""],
  ["its end cut", /[\s\S]{6}$/, ""],
  ["said twice", /^([\s\S]+)$/, "$1$1"],
];
/** What can be done to one kind only; what a reader cannot see is marked. */
const special: Record<string, Alteration[]> = {
  "image/svg+xml": [
    ["another reference", "url(#c1)", "url(#c2)"],
    ["a reference to nothing", "url(#c1)", "url(#c9)"],
    ["another link", 'href="#c2"', 'href="#c1"'],
    ["an id renamed alone", 'id="c1"', 'id="c7"'],
    ["a label for those who listen", "falls to 3.5", "falls to 3.6"],
    ["a color", "#0072b2", "#0072b3"],
    ["a color that looks like a number", "#100", "#1e2"],
    ["a point", "1.5,2.5", "1.5,2.6"],
    ["a command", "L3,4", "M3,4"],
    ["a point more", "L3,4", "L3,4L5,5"],
    ["an element less", '<circle cx="1" cy="2" r="3.25"/>', ""],
    ["an attribute less", ' r="3.25"', ""],
    ["an attribute more", "<circle ", '<circle opacity="0" '],
    ["a space before a part of a text", "a <tspan>", "a<tspan>"],
    ["the view", "0 0 10 10", "0 0 10 11"],
    ["a title", "Loss 0.25", "Loss 0.35"],
  ],
  "text/html": [
    ["the space between two words in bold", "</b> <b>", "</b><b>"],
    ["space that a listing shows", "<pre>  x", "<pre> x"],
    ["space within a listing", "x  1", "x 1"],
    ["a line of a listing", "1\n y", "1 y"],
    ["a cell of a table", "0.125", "0.126"],
    ["an image's description", "a 3", "a 4"],
    ["an image's text", "%3E7%3C", "%3E8%3C"],
    ["an image's address damaged", "%3Csvg", "%3svg"],
    ["a byte lost in an image's address", "%3Ctext", "%Ctext"],
    ["another element", "<b>1</b>", "<i>1</i>"],
    ["a class", "note", "hide"],
  ],
  "application/json": [
    ["null for nothing", '"c":null,', ""],
    ["true for false", "true", "false"],
    ["a number for its text", "0.25", '"0.25"'],
    ["a list longer", '"x y"', '"x y",0'],
  ],
  "a traceback": [
    ["another file", "sgd.ts", "adam.ts"],
    ["another function", "at step", "at walk"],
    ["another line of the cell", "line 12", "line 13"],
    ["a frame less", "\n    at step (lib/optim/sgd.ts:3:4)", ""],
  ],
};
/** What says the same: reported, and told apart from what does not. */
const spellings: Record<string, Alteration[]> = {
  stdout: [
    ["a zero more", "0.25", "0.250"],
    ["an exponent for a point", "0.25", "2.5e-1"],
    ["the last of many digits", "0.25", "0.25000000000001"],
  ],
  "a traceback": [["a place in a file", ":3:4", ":5:6"]],
  "image/svg+xml": [
    ["the order of attributes", 'cx="1" cy="2"', 'cy="2" cx="1"'],
    ["space between shapes", "/><circle", "/>\n  <circle"],
    ["a comment", "<defs>", "<!-- c --><defs>"],
    ["a coordinate's zero", 'x="1"', 'x="1.0"'],
  ],
  "text/html": [
    ["space between rows", "<table><tr>", "<table>\n<tr>"],
    ["space at the edge of a block", "<p class", "\n<p class"],
    ["a longer space", "a <b>", "a  <b>"],
    ["a quotation mark", 'class="note"', "class='note'"],
  ],
};

const cases = Object.entries(kinds).flatMap(([kind, { source, make }]) => {
  const of = (list: Alteration[] = [], verdict: Verdict) =>
    list.flatMap(([name, from, to]) => {
      const altered = source.replace(from, to);
      try {
        return altered === source ? [] : [{ kind, name, verdict, stored: make(altered), fresh: make(source) }];
      } catch {
        return []; // It is no JSON any more, which is refused when the notebook is read.
      }
    });
  return [...of(anywhere, "differs"), ...of(special[kind], "differs"), ...of(spellings[kind], "respelled")];
});

/** What the general alterations do that no reader sees: how tags are spelled. */
const unseen = new Set([
  "a space more in image/svg+xml",
  "a break for a space in image/svg+xml",
  "a space more in text/html",
  "a break for a space in text/html",
  "the last letter changed in text/html",
  "its end cut in text/html",
]);

const drawing = (inside: string) => shown("image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg">${inside}</svg>`);
const page = (inside: string) => shown("text/html", inside);
const plain = (inside: string) => shown("text/plain", inside);
const failure = (ename: string, evalue: string, ...traceback: string[]): Output => ({
  output_type: "error",
  ename,
  evalue,
  traceback,
});
/** The picture with a chunk of its own behind its header. */
const withChunk = (type: string, bytes: number[]) => {
  const body = Buffer.from([...Buffer.from(type), ...bytes]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(bytes.length);
  sum.writeUInt32BE(crc32(body));
  const whole = Buffer.from(png, "base64");
  return Buffer.concat([whole.subarray(0, 33), length, body, sum, whole.subarray(33)]).toString("base64");
};
const picture = (base64: string) => shown("image/png", base64);
const preserving = "<style>.x { white-space: pre }</style>";
const apart = 'style="display: inline-block"';

/** What the same alteration would not be in every text: two outputs, one for the other. */
const pairs: Record<Exclude<Verdict, "same">, [name: string, Output, Output][]> = {
  differs: [
    [
      "a rule in a style sheet",
      drawing("<style><![CDATA[.a{fill:red}]]></style>"),
      drawing("<style><![CDATA[.a{fill:blue}]]></style>"),
    ],
    [
      "a rule's subject renamed",
      drawing('<g id="a1"/><style>#a1{fill:red}</style>'),
      drawing('<g id="a2"/><style>#a1{fill:red}</style>'),
    ],
    [
      "a script's subject renamed",
      page('<p id="a1"></p><script>f("a1")</script>'),
      page('<p id="a2"></p><script>f("a1")</script>'),
    ],
    [
      "a style sheet named before the drawing",
      shown("image/svg+xml", '<?xml-stylesheet href="a.css"?><svg/>'),
      shown("image/svg+xml", "<svg/>"),
    ],
    [
      "an entity declared otherwise",
      shown("image/svg+xml", '<!DOCTYPE svg [<!ENTITY a "1">]><svg><text>&a;</text></svg>'),
      shown("image/svg+xml", '<!DOCTYPE svg [<!ENTITY a "2">]><svg><text>&a;</text></svg>'),
    ],
    ["a tag that closes nothing", drawing("<g></g></g>"), drawing("<g></g>")],
    ["a bare ampersand", drawing("<text>a & b</text>"), drawing("<text>a &amp; b</text>")],
    ["an entity that XML does not know", drawing("<text>a&nbsp;b</text>"), drawing("<text>a\u00a0b</text>")],
    ["a value without quotation marks", drawing("<rect width=5 />"), drawing('<rect width="5"/>')],
    ["an attribute twice", drawing('<rect width="5" width="6"/>'), drawing('<rect width="5"/>')],
    ["two dashes in a comment", drawing("<!-- a -- b -->"), drawing("<!-- a b -->")],
    ["a path that breaks off", drawing('<path d="M0,0;L1,1"/>'), drawing('<path d="M0,0 L1,1"/>')],
    ["a sign twice in a path", drawing('<path d="M0,0L--1,1"/>'), drawing('<path d="M0,0L-1,1"/>')],
    ["a comma twice in a path", drawing('<path d="M0,,0L1,1"/>'), drawing('<path d="M0,0L1,1"/>')],
    ["space beside a script", page("a <script></script>b"), page("a<script></script>b")],
    [
      "space between blocks on one line",
      page(`<div ${apart}>a</div> <div ${apart}>b</div>`),
      page(`<div ${apart}>a</div><div ${apart}>b</div>`),
    ],
    [
      "space that a rule preserves",
      page(`${preserving}<p class="x">a  b</p>`),
      page(`${preserving}<p class="x">a b</p>`),
    ],
    [
      "space preserved in capitals",
      page('<p style="WHITE-SPACE : PRE">a  b</p>'),
      page('<p style="WHITE-SPACE : PRE">a b</p>'),
    ],
    ["space in an old listing", page("<xmp>a  b</xmp>"), page("<xmp>a b</xmp>")],
    ["tags closed crosswise", page("<b><i>x</b>y</i>"), page("<b><i>x</i></b>y")],
    ["a byte that is no base64", picture(`${png.slice(0, 20)}*${png.slice(20)}`), picture(png)],
    [
      "a byte that is no base64, in a page",
      page(`<img src="data:image/png;base64,*${png}">`),
      page(`<img src="data:image/png;base64,${png}">`),
    ],
    ["a picture's gamma", picture(withChunk("gAMA", [0, 1, 134, 160])), picture(png)],
    ["a picture that moves", picture(withChunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0])), picture(png)],
    ["the sign of a zero in JSON", shown("application/json", { a: -0 }), shown("application/json", { a: 0 })],
    [
      "a number in JSON beyond all others",
      shown("application/json", [Number.POSITIVE_INFINITY]),
      shown("application/json", [null]),
    ],
    ["where an error's name ends", failure("A: b", "c", "t"), failure("A", "b: c", "t")],
    ["where an error's message ends", failure("A", "x\ny", "z"), failure("A", "x", "y", "z")],
    ["an exponent beyond a double's", plain("1e400"), plain("1e500")],
    ["an exponent below a double's", plain("1e-400"), plain("2e-400")],
    ["a number below a double's, and 0", plain("1e-400"), plain("0.0")],
    ["indentation after a respelled number", plain("0.5\n  x"), plain("0.50\nx")],
    ["an empty line after a respelled number", plain("0.5\n\nx"), plain("0.50\nx")],
    ["a line's end after a respelled number", plain("0.5 a\nb"), plain("0.50 a b")],
    ["a tab after a respelled number", plain("0.5\ta"), plain("0.50 a")],
    ["a space that does not break, after a respelled number", plain("0.5 a"), plain("0.50\u00a0a")],
    ["anything in what is nested too deeply", page(`${"<div>".repeat(2e4)}a`), page(`${"<div>".repeat(2e4)}b`)],
  ],
  respelled: [
    ["a section of plain characters", drawing("<text><![CDATA[a < b]]></text>"), drawing("<text>a &lt; b</text>")],
    ["a declaration of XML", shown("image/svg+xml", '<?xml version="1.0"?>\n<svg/>'), shown("image/svg+xml", "<svg/>")],
    ["an id that nothing names", drawing('<g id="a1"/>'), drawing('<g id="a2"/>')],
    ["a note in a picture", picture(withChunk("tEXt", [97, 0, 98])), picture(png)],
    ["lines of base64", picture(`${png.slice(0, 20)}\n${png.slice(20)}`), picture(png)],
    ["how a traceback is cut", failure("A", "x", "y", "z"), failure("A", "x", "y\nz")],
    ["a list that takes more lines", plain("[ 0.5, 2 ]"), plain("[\n  0.50000000000001,\n  2\n]")],
    ["a row that takes more lines", plain("[0.5 2.25]"), plain("[0.50000000000001\n 2.25]")],
  ],
};

describe("the comparison", () => {
  it("is tried with more than 150 alterations", () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
  });

  it.each(cases.map((one) => [`${one.name} in ${one.kind}`, one] as const))("notices %s", (name, one) => {
    const [there, back] = [
      compareOutputs([one.stored], [one.fresh], { tolerance: defaultTolerance }).verdict,
      compareOutputs([one.fresh], [one.stored], { tolerance: defaultTolerance }).verdict,
    ];
    const expected = unseen.has(name) ? "respelled" : one.verdict;
    expect([there, back]).toEqual([expected, expected]);
  });

  it.each(
    Object.entries(pairs).flatMap(([verdict, list]) => list.map(([name, a, b]) => [name, verdict, a, b] as const)),
  )("says of %s that it %s", (_, verdict, a, b) => {
    const said = (stored: Output, fresh: Output) =>
      compareOutputs([stored], [fresh], { tolerance: defaultTolerance }).verdict;
    expect([said(a, b), said(b, a)]).toEqual([verdict, verdict]);
  });
});
