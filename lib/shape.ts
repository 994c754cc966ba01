/** @file Shapes as types. A rule takes shapes to a shape, or to a sentence that says why it cannot. */

/** Axis sizes, outermost first. `number` is a size known only at run time, `number[]` an unknown rank. */
export type Shape = readonly number[];
