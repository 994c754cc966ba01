/**
 * @file Assertions in prose: `<!-- holds: best.adam < best.plain -->`, invisible when rendered. What a text says in words
 * is put in code beside it, and must be exactly `true` behind the cells above.
 */

import { lineAt, withoutCode } from "./prose.js";

export interface Assertion {
  expression: string;
  /** The line of the source, from 1. */
  line: number;
}

const assertion = /<!--\s*holds:\s*(?!-->)(\S.*?)\s*-->/gs;

/** The assertions of a Markdown cell, in order. @throws on one that is misspelled or empty */
export function assertionsIn(source: string): Assertion[] {
  const text = withoutCode(source);
  const assertions = [...text.matchAll(assertion)].map((match) => ({
    expression: match[1],
    line: lineAt(text, match.index),
  }));
  const marks = text.match(/<!--\s*holds?\b/gi)?.length ?? 0;
  if (marks !== assertions.length) {
    throw new Error("an assertion must look like <!-- holds: a < b -->; one here has no colon, expression or end");
  }
  return assertions;
}

/** An expression that is true when the assertion holds, and otherwise false, whatever the type of its value. */
export function exactlyTrue(expression: string, language: string | undefined): string {
  if (language === "typescript" || language === "javascript") return `Object.is((${expression}\n), true)`;
  return language === "python" ? `(${expression}) is True` : expression;
}

/**
 * What an assertion is made of: each part joined by `&&` or `||`, and both sides of each comparison; literals left out.
 * Found in the text alone, in any language, so that a part may be no expression by itself: it is then not shown.
 */
export function operandsOf(expression: string): string[] {
  const parts = split(expression, /&&|\|\||\band\b|\bor\b/y);
  const operands = parts.flatMap((part) => {
    const inner = unwrapped(part);
    if (inner !== part) return operandsOf(inner);
    const sides = split(part, /[=!]==?|[<>]=?(?![<>=])|\bis\b/y);
    return sides.length > 1 ? sides : [part];
  });
  return [...new Set(operands)].filter((operand) => !isLiteral(operand) && operand !== expression.trim());
}

const isLiteral = (text: string): boolean => /^([-+]?[\d._]+(e[-+]?\d+)?|true|false|null|undefined)$/i.test(text);

/** Without a negation and a pair of parentheses around all of it. */
function unwrapped(text: string): string {
  const inner = text.replace(/^!+\s*/, "");
  return inner.startsWith("(") && afterGroup(inner, 0) === inner.length ? inner.slice(1, -1).trim() : inner;
}

/** Cuts a text at an operator, where that stands outside all brackets and strings. */
function split(text: string, operator: RegExp): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; ) {
    const past = text.startsWith("=>", at) ? at + 2 : afterGroup(text, at);
    operator.lastIndex = at;
    const [found] = (past === at + 1 && operator.exec(text)) || [];
    if (found) parts.push(text.slice(start, at));
    at = found ? at + found.length : past;
    if (found) start = at;
  }
  return [...parts, text.slice(start)].map((part) => part.trim()).filter(Boolean);
}

const closing: Record<string, string> = { "(": ")", "[": "]", "{": "}" };

/** The place after what begins at `at`: a bracketed group, a string, or one character. */
function afterGroup(text: string, at: number): number {
  const opening = text[at];
  if (`"'\``.includes(opening)) {
    let end = at + 1;
    while (end < text.length && text[end] !== opening) end += text[end] === "\\" ? 2 : 1;
    return Math.min(end + 1, text.length);
  }
  if (!closing[opening]) return at + 1;
  let end = at + 1;
  while (end < text.length && text[end] !== closing[opening]) end = afterGroup(text, end);
  return Math.min(end + 1, text.length);
}
