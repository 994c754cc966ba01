/** @file Whether a text is XML, and what it declares before its first element. */

/** What stands in a document before its first element and changes how it is shown: style sheets, entities of its own. */
export const prologOf = (text: string): string =>
  (text.match(/<\?xml-stylesheet.*?\?>|<!DOCTYPE[^>[]*\[.*?\]\s*>/gs) ?? []).join("\n");

/** A piece of XML: what is no element, a tag, or text. */
const piece =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE[^>[]*(?:\[[\s\S]*?\]\s*)?>|<(\/?)([\p{L}_:][\p{L}\p{N}_:.-]*)((?:\s+[\p{L}_:][\p{L}\p{N}_:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/uy;

/** Whether a document is XML: of an image that is not, a browser shows nothing. */
export function isWellFormed(text: string): boolean {
  const open: string[] = [];
  let hasRoot = false;
  // Entities of its own are known to the document type.
  const unknownEntity = text.includes("<!ENTITY")
    ? /&(?![\w.-]+;|#\d+;|#x[\da-f]+;)/i
    : /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/;
  piece.lastIndex = 0;
  for (let at = 0; at < text.length; at = piece.lastIndex) {
    piece.lastIndex = at;
    const [whole, slash, name, attributes = "", selfClosed] = piece.exec(text) ?? [];
    if (whole === undefined || (whole.startsWith("<?xml ") && at > 0)) return false;
    if (whole.startsWith("<!--") && whole.indexOf("--", 4) < whole.length - 3) return false;
    if (name === undefined) {
      if (/^(?!<[!?])/.test(whole) && (unknownEntity.test(whole) || (open.length === 0 && whole.trim()))) return false;
      continue;
    }
    const names = [...attributes.matchAll(/([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')/g)].map(([, one]) => one);
    if (unknownEntity.test(attributes) || new Set(names).size < names.length) return false;
    if (slash && (attributes || selfClosed || open.pop() !== name)) return false;
    if (slash) continue;
    if (open.length === 0 && hasRoot) return false;
    hasRoot = true;
    if (!selfClosed) open.push(name);
  }
  return hasRoot && open.length === 0;
}
