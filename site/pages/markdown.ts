/** @file Prose as HTML: Markdown as GitHub and Jupyter read it, formulas as MathML, headings with anchors. */

import markdownIt from "markdown-it";
import temml from "temml";
import { highlighted } from "./highlight.js";
import { escaped } from "./html.js";
import { sanitized } from "./sanitize.js";

export interface Heading {
  readonly id: string;
  readonly level: number;
  readonly text: string;
}

export interface Prose {
  readonly html: string;
  readonly headings: readonly Heading[];
}

/** What the page itself makes, and the sieve for foreign HTML need not see: a private character on either side of its number. */
const [open, close] = ["\uE000", "\uE001"];

/**
 * Renders Markdown.
 *
 * @param link where an address in it leads on the site
 * @param sourceOf where the source is of what a piece of code names, if it is to be linked
 */
export function prose(
  source: string,
  link: (href: string) => string = (href) => href,
  sourceOf: (code: string) => string | null = () => null,
): Prose {
  const trusted: string[] = [];
  const keep = (html: string) => `${open}${trusted.push(html) - 1}${close}`;
  const headings: Heading[] = [];
  const markdown = markdownIt({ html: true });
  markdown.inline.ruler.before("escape", "formula", (state, silent) => {
    const found = /^(\$\$?)(?!\s*\$)([\s\S]+?)\1/.exec(state.src.slice(state.pos));
    if (!found || (found[1] === "$" && /^\s|\s$/.test(found[2]))) return false;
    if (!silent) {
      const token = state.push("formula", "math", 0);
      token.content = found[2];
      token.markup = found[1];
    }
    state.pos += found[0].length;
    return true;
  });
  markdown.renderer.rules.formula = (tokens, i) =>
    keep(tokens[i].markup === "$$" ? displayed(tokens[i].content) : temml.renderToString(tokens[i].content));
  markdown.renderer.rules.fence = (tokens, i) =>
    keep(`<pre class="source" tabindex="0"><code>${highlighted(tokens[i].content)}</code></pre>\n`);
  /** How many headings and links are open, in which there is no room for a link. */
  let closed = 0;
  markdown.renderer.rules.code_inline = (tokens, i) => {
    const code = `<code>${escaped(tokens[i].content)}</code>`;
    const address = closed === 0 ? sourceOf(tokens[i].content) : null;
    return keep(address ? `<a class="how" href="${escaped(address)}" title="Open its source">${code}</a>` : code);
  };
  markdown.renderer.rules.heading_open = (tokens, i) => {
    closed++;
    const text =
      tokens[i + 1].children
        ?.filter(({ type }) => type === "text" || type === "code_inline")
        .map(({ content }) => content)
        .join("") ?? "";
    const level = Number(tokens[i].tag.slice(1));
    // As Jupyter names them, so that a link within the notebook leads to the same place here.
    const id = text.replace(/ /g, "-");
    headings.push({ id, level, text });
    return keep(`<h${level} id="${escaped(id)}">`);
  };
  markdown.renderer.rules.heading_close = (tokens, i) => {
    closed--;
    const { id, text } = headings[headings.length - 1];
    return keep(
      ` <a class="anchor" href="#${escaped(encodeURI(id))}" aria-label="Link to ${escaped(text)}">#</a></${tokens[i].tag}>\n`,
    );
  };
  markdown.renderer.rules.link_close = () => {
    closed--;
    return "</a>";
  };
  markdown.renderer.rules.link_open = (tokens, i) => {
    closed++;
    tokens[i].attrSet("href", link(String(tokens[i].attrGet("href") ?? "")));
    return markdown.renderer.renderToken(tokens, i, markdown.options);
  };
  markdown.renderer.rules.table_open = () => keep('<div class="table" tabindex="0"><table>');
  markdown.renderer.rules.table_close = () => keep("</table></div>");
  markdown.validateLink = (address) => !/^\s*(?:javascript|vbscript|data|file):/i.test(address);
  const text = source
    .replaceAll(open, "")
    .replaceAll(close, "")
    .replace(/<!--[\s\S]*?-->/g, "");
  const html = sanitized(markdown.render(text));
  // An empty heading of a column, which Markdown asks for, names nothing.
  const named = html.replace(/<th\b([^>]*)><\/th>/g, "<td$1></td>");
  return { html: named.replace(/\uE000(\d+)\uE001/g, (_, index) => trusted[Number(index)]), headings };
}

/** Formulas that stand side by side, as far as the screen is wide enough for them. */
function displayed(formulas: string): string {
  const parts = formulas.split("\\qquad");
  const isWhole = (part: string) => {
    const count = (pattern: RegExp) => part.match(pattern)?.length ?? 0;
    return (
      count(/\{/g) === count(/\}/g) && count(/\\left\b/g) === count(/\\right\b/g) && count(/\\(?:begin|end)\b/g) === 0
    );
  };
  const each = (parts.every(isWhole) ? parts : [formulas]).map((one) =>
    temml.renderToString(one, { displayMode: true }),
  );
  return each.length > 1 ? `<span class="formulas">${each.join(" ")}</span>` : each[0];
}
