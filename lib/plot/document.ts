/**
 * @file The document that Plot builds its charts in: as much of the DOM as Plot asks of one. It is the same in Node, on a page
 * and in a worker, so that a figure is the same to the byte in all of them.
 */

const namespace = "http://www.w3.org/2000/svg";

/** An element: a name, attributes and children, of which texts are strings. */
export class SvgElement {
  readonly namespaceURI = namespace;
  readonly attributes = new Map<string, string>();
  readonly childNodes: (SvgElement | string)[] = [];

  constructor(readonly localName: string) {}

  get ownerDocument(): typeof svgDocument {
    return svgDocument;
  }

  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null;
  }

  setAttribute(name: string, value: unknown): void {
    this.attributes.set(name, String(value));
  }

  removeAttribute(name: string): void {
    this.attributes.delete(name);
  }

  appendChild<T extends SvgElement>(child: T): T {
    this.childNodes.push(child);
    return child;
  }

  /** d3 inserts before the next element that stays, and in a new chart there is none. */
  insertBefore<T extends SvgElement>(child: T): T {
    return this.appendChild(child);
  }

  set textContent(text: string) {
    this.childNodes.splice(0, Infinity, String(text));
  }
}

const svgDocument = {
  documentElement: new SvgElement("svg"),
  createElementNS: (_namespace: string, name: string): SvgElement => new SvgElement(name),
};

/** An element with attributes. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>): SvgElement {
  const made = new SvgElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** What Plot's options take as `document`. */
export const plotDocument = svgDocument as unknown as Document;
