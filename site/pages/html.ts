/** @file Text in HTML. */

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text that shows as it is, in HTML and between double quotes. */
export const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character]);
