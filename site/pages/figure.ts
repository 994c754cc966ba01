/** @file A figure as a picture: nothing in it can run, and its words are those that it tells of itself. */

import { escaped } from "./html.js";

export interface Picture {
  readonly address: string;
  /** The figure's title and description. */
  readonly words: string;
  readonly title: string;
  /** Pixels. */
  readonly size: { readonly width: string; readonly height: string } | null;
}

/** What a picture of an SVG needs. */
export function pictureOf(svg: string): Picture {
  const [, width] = /<svg\b[^>]*\bwidth="([\d.]+)"/.exec(svg) ?? [];
  const [, height] = /<svg\b[^>]*\bheight="([\d.]+)"/.exec(svg) ?? [];
  // What need not be escaped in an address between double quotes stays as it is: it packs better.
  const address = svg.replace(/[%#"&\n]/g, (character) => (character === '"' ? "'" : encodeURIComponent(character)));
  const source = /'/.test(svg) ? encodeURIComponent(svg) : address;
  const [title, desc] = ["title", "desc"].map((tag) => textIn(svg, tag));
  const words = [title, desc]
    .filter(Boolean)
    .join(". ")
    .replace(/([.?!…])\. /, "$1 ");
  return {
    address: `data:image/svg+xml;charset=utf-8,${source}`,
    words,
    title,
    size: width && height ? { width, height } : null,
  };
}

/** A figure as HTML. */
export function renderFigure(svg: string): string {
  const { address, words, size } = pictureOf(svg);
  const attributes = size ? ` width="${size.width}" height="${size.height}"` : "";
  return `<figure><img alt="${escaped(words)}"${attributes} loading="lazy" src="${address}"></figure>`;
}

const plain: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&" };

const textIn = (svg: string, tag: string): string =>
  (new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(svg)?.[1] ?? "").replace(
    /&(?:lt|gt|quot|apos|amp);/g,
    (entity) => plain[entity],
  );
