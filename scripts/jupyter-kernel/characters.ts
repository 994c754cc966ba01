/** @file The protocol counts characters of Unicode and bytes; JavaScript counts UTF-16 units. */

/** The position in UTF-16 units of the character at `position`, which counts code points; it stays within the text. */
export function toUnits(text: string, position: number): number {
  let units = 0;
  for (let i = 0; i < position && units < text.length; i++)
    units += (text.codePointAt(units) as number) > 0xffff ? 2 : 1;
  return units;
}

/** How many code points are before the position `units`. */
export const toCodePoints = (text: string, units: number): number => [...text.slice(0, units)].length;
