/** @file Builds the site once for each project of tests, and shows it below a subfolder, as GitHub Pages does. */

import type { TestProject } from "vitest/node";
import { serve } from "../../site/server.js";
import { folder, makeSite } from "../../site/site.js";
import { everyKnob } from "./every-knob.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The address of the site's root, with a slash at the end. */
    site: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const output = await makeSite([await everyKnob()]);
  output.write(folder);
  const served = await serve(folder, { under: "/some/course" });
  project.provide("site", served.address);
  return () => served.close();
}
