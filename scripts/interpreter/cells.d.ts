/** @file What is there in every cell beside what JavaScript and Node bring. */

/** The values of the cells so far, by the number that stands in `Out[ ]`. */
// biome-ignore lint/suspicious/noExplicitAny: a cell's value can be anything
declare const Out: Record<number, any>;

/** The value of the last cell that had one. */
// biome-ignore lint/suspicious/noExplicitAny: a cell's value can be anything
declare const _: any;

/** What a cell means by `import.meta`: it is a module in the folder that the kernel runs in. */
declare const import_meta: ImportMeta;

/**
 * Asks the reader for a line of text, below the cell.
 *
 * @throws Error where nobody can be asked, as in a run without a reader
 */
declare function prompt(question?: string): Promise<string>;
