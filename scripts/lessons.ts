/** @file Where the lessons are: `notebooks/*.ipynb`, and what branches off from them, `notebooks/excursions/*.ipynb`. */

import { configurationAt, notebooksOf } from "../packages/notebook-check/configuration.js";
import { root } from "./build.js";

const configuration = configurationAt(root);

export const lessonFolders = configuration.notebooks;

/** The paths of all lesson notebooks, excursions last. Solutions to exercises lie in folders of their own. */
export const lessons = (): string[] => notebooksOf(configuration);
