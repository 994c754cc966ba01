/** @file What of TypeScript has a color, on the page and in the editor. The names are one letter each: a page has thousands. */

import { tagHighlighter, tags } from "@lezer/highlight";

/** The classes that style.css gives colors: keyword, string, constant, comment, type, and a name where it is defined. */
export const colors = tagHighlighter([
  { tag: tags.keyword, class: "k" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.escape], class: "s" },
  { tag: [tags.number, tags.bool, tags.propertyName], class: "n" },
  { tag: tags.comment, class: "c" },
  { tag: [tags.typeName, tags.className], class: "t" },
  { tag: [tags.definition(tags.variableName), tags.definition(tags.propertyName)], class: "d" },
]);
