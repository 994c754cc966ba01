/** @file HTML that somebody else wrote, without anything in it that could run. */

import sanitizeHtml from "sanitize-html";

const text = [
  "p",
  "br",
  "hr",
  "div",
  "span",
  "strong",
  "em",
  "b",
  "i",
  "u",
  "s",
  "sub",
  "sup",
  "small",
  "mark",
  "kbd",
  "code",
  "pre",
];
const blocks = [
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "ul",
  "ol",
  "li",
  "dl",
  "dt",
  "dd",
  "blockquote",
  "details",
  "summary",
];
const tables = ["table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"];

/**
 * Only the tags that prose, tables and pictures need are left, without styles, handlers and addresses that run. The page's
 * Content-Security-Policy would refuse to run them, too: what slips through one sieve is held by the other.
 */
export function sanitized(html: string): string {
  return sanitizeHtml(html, {
    allowedTags: [...text, ...blocks, ...tables, "a", "img", "figure", "figcaption"],
    allowedAttributes: {
      a: ["href", "title"],
      img: ["src", "alt", "width", "height", "title"],
      th: ["align", "colspan", "rowspan", "scope"],
      td: ["align", "colspan", "rowspan"],
      details: ["open"],
      ol: ["start"],
    },
    allowedSchemes: ["http", "https", "mailto"],
    allowedSchemesByTag: { img: ["data"] },
    allowProtocolRelative: false,
    // A picture is drawn and never run; a document under a data address could be.
    exclusiveFilter: ({ tag, attribs }) => tag === "img" && !/^data:image\//.test(attribs.src ?? ""),
    parseStyleAttributes: false,
  });
}
