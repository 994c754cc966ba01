/** @file A program as a reader of the library writes it, from its public names alone; checked by both compilers, not run. */

import * as foundations from "foundations";
import * as data from "foundations/data";
import * as notebook from "foundations/notebook";
import * as plot from "foundations/plot";

export const entries = [foundations, data, notebook, plot];
