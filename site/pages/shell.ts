/** @file What every page of the site has around its content. */

import { escaped } from "./html.js";

/**
 * Scripts come from the site's own files alone, none from within a page, and none is made from text: whatever HTML a cell
 * gives, it runs nothing here. Cells run in the worker, which this policy does not reach and which reaches no page.
 */
export const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

export interface Shell {
  readonly title: string;
  readonly description: string;
  readonly style: string;
  /** The page's script, if it has one. */
  readonly script?: string;
  /** What the script has to know. */
  readonly settings?: object;
  readonly header: string;
  readonly main: string;
  /** From the page to the site's root: "" or "../". */
  readonly up?: string;
}

/** A whole page. */
export function shell({ title, description, style, script, settings, header, main, up = "" }: Shell): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escaped(description)}">
<title>${escaped(title)}</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 14 13 3m0 0H7m6 0v6' fill='none' stroke='%230969da' stroke-width='2'/%3E%3C/svg%3E">
<link rel="stylesheet" href="${up}${style}">
${script ? `<script type="module" src="${up}${script}"></script>\n` : ""}${settings ? `<script type="application/json" id="settings">${JSON.stringify(settings).replace(/</g, "\\u003c")}</script>\n` : ""}</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header class="bar">${header}</header>
${main}
</body>
</html>
`;
}
