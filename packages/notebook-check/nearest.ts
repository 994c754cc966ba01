/** @file The name that was meant by a mistyped one. */

/** `; did you mean --watch?`, if a known name is near the given one; else nothing. */
export function hint(name: string, known: readonly string[]): string {
  const [nearest] = known
    .map((one) => ({ one, steps: one.startsWith(name) ? 0.5 : distance(name.toLowerCase(), one.toLowerCase()) }))
    .filter(({ one, steps }) => steps <= Math.min(3, one.length / 2))
    .sort((a, b) => a.steps - b.steps);
  return nearest ? `; did you mean ${nearest.one}?` : "";
}

/** How many letters must be changed, added, taken away or swapped with the next to make one word the other. */
function distance(a: string, b: string): number {
  const rows: number[][] = [];
  for (let i = 0; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      if (i === 0) rows[i][j] = j;
      else {
        const changed = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
        rows[i][j] = Math.min(changed, rows[i - 1][j] + 1, rows[i][j - 1] + 1);
        if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
  }
  return rows[a.length][b.length];
}
