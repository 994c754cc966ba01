/** @file What is imported and never called on the page: processes, sockets, cryptography, and a parser of styles. */

export default {};
export const createHmac = undefined;
export const parse = undefined;
export const randomUUID = (): string => crypto.randomUUID();
