/** @file TypeScript in color, by the parser and the colors that the editor uses, too. */

import { highlightCode } from "@lezer/highlight";
import { parser } from "@lezer/javascript";
import { colors } from "./colors.js";
import { escaped } from "./html.js";

const typescript = parser.configure({ dialect: "ts" });

/** Code as HTML. */
export function highlighted(code: string): string {
  let html = "";
  highlightCode(
    code,
    typescript.parse(code),
    colors,
    (text, classes) => {
      html += classes ? `<span class="${classes}">${escaped(text)}</span>` : escaped(text);
    },
    () => {
      html += "\n";
    },
  );
  return html;
}
