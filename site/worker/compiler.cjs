// What tslab gets when it asks for its TypeScript: the one that the interpreter has made strict.
module.exports = require("./modules.ts").cache["@tslab/typescript-for-tslab"].exports;
