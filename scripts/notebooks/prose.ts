/** @file Numbers in prose, each with the expression that it must equal: `<!-- check: acc.toFixed(2) -->0.97<!-- /check -->`. */

export interface Claim {
  readonly expression: string;
  /** What the text says, between the comments. */
  readonly stated: string;
  readonly start: number;
}

const claim = /<!-- check: (.+?) -->(.*?)<!-- \/check -->/gs;

export function claimsIn(source: string): Claim[] {
  return [...source.matchAll(claim)].map((match) => ({ expression: match[1], stated: match[2], start: match.index }));
}

/** The text with some claims stated anew. */
export function withClaims(source: string, found: ReadonlyMap<Claim, string>): string {
  const at = new Map([...found].map(([{ start }, text]) => [start, text]));
  return source.replace(claim, (whole, expression: string, _stated, start: number) => {
    const text = at.get(start);
    return text === undefined ? whole : `<!-- check: ${expression} -->${text}<!-- /check -->`;
  });
}
