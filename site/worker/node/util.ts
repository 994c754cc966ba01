/** @file As much of node:util as tslab and the library ask for: Node's own `inspect`, character for character. */

import util from "node-inspect-extracted";

export const { inspect, format } = util;
export const isArray = Array.isArray;
export const TextDecoder = globalThis.TextDecoder;
export default { inspect, format, isArray, TextDecoder };
