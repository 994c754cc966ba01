/** @file The public names of the library, and a glossary of its terms. */

export type { Shape } from "./shape.js";
