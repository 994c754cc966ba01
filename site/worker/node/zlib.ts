/** @file As much of node:zlib as the library asks for. */

import { gunzipSync as gunzip } from "fflate";

/** As Node's, which gives a Buffer: its `toString` decodes. */
export function gunzipSync(bytes: Uint8Array): Uint8Array {
  const unpacked = gunzip(bytes);
  return Object.assign(unpacked, { toString: () => new TextDecoder().decode(unpacked) });
}

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 (ISO 3309), unsigned. */
export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}
