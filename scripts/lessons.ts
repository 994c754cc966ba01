/** @file Where the lessons are: `notebooks/*.ipynb`, and what branches off from them, `notebooks/excursions/*.ipynb`. */

import { root } from "./build.js";
import { configurationAt, notebooksOf } from "./check-notebooks/configuration.js";

const configuration = configurationAt(root);

export const lessonFolders = configuration.notebooks;

/** The paths of all lesson notebooks, excursions last. Solutions to exercises lie in folders of their own. */
export const lessons = (): string[] => notebooksOf(configuration);
