/**
 * @file Before `npm start`: refuses a Node that package.json's `engines` rules out, in one sentence. CommonJS without
 * packages or recent syntax, because it has to run on the very versions that it refuses.
 */

const engines = require("../../package.json").engines.node;
const numbers = (version) => version.split(".").map(Number);

/** Whether `version` satisfies one alternative of the range: `^20.19.0` (that major version) or `>=24.0.0`. */
function satisfies(version, alternative) {
  const [major, minor, patch] = numbers(version);
  const [fromMajor, fromMinor, fromPatch] = numbers(alternative.replace(/^\D+/, ""));
  if (major !== fromMajor) return alternative.startsWith(">=") && major > fromMajor;
  return minor > fromMinor || (minor === fromMinor && patch >= fromPatch);
}

const version = process.versions.node;
if (!engines.split(" || ").some((alternative) => satisfies(version, alternative))) {
  console.error(
    `start: this is Node ${version}, and the notebooks need ${engines.replace(/\s*\|\|\s*/g, " or ")}.\n` +
      "  Install a current one (https://nodejs.org), then run `npm install && npm start` again.",
  );
  process.exit(1);
}
