/** @file What cells find on the page beside the language itself; it stands in for Node's types, which are thirteen times as large as all others. */
// biome-ignore-all lint/suspicious/noExplicitAny: as the declarations that come with TypeScript have it
// biome-ignore-all lint/suspicious/noVar: a global is declared by var

interface Console {
  log(...data: any[]): void;
  error(...data: any[]): void;
  warn(...data: any[]): void;
  info(...data: any[]): void;
  debug(...data: any[]): void;
  table(data: any): void;
  time(label?: string): void;
  timeEnd(label?: string): void;
  assert(condition?: boolean, ...data: any[]): void;
}
declare var console: Console;
interface Performance {
  now(): number;
  readonly timeOrigin: number;
}
declare var performance: Performance;
declare function setTimeout(callback: (...args: any[]) => void, ms?: number, ...args: any[]): number;
declare function clearTimeout(id: number | undefined): void;
declare function setInterval(callback: (...args: any[]) => void, ms?: number, ...args: any[]): number;
declare function clearInterval(id: number | undefined): void;
declare function queueMicrotask(callback: () => void): void;
declare function structuredClone<T>(value: T): T;
declare class TextEncoder {
  encode(text?: string): Uint8Array;
}
declare class TextDecoder {
  constructor(label?: string);
  decode(bytes?: ArrayBufferView | ArrayBuffer): string;
}
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: any;
  throwIfAborted(): void;
}
declare var AbortSignal: { timeout(ms: number): AbortSignal; abort(reason?: any): AbortSignal };
declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: any): void;
}
interface ImportMeta {
  readonly url: string;
  readonly dirname: string;
  resolve(specifier: string): string;
}
declare class URL {
  constructor(url: string, base?: string);
  href: string;
}
interface Response {
  ok: boolean;
  status: number;
  json(): Promise<any>;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}
declare function fetch(url: string, init?: any): Promise<Response>;
interface Crypto {
  randomUUID(): string;
  getRandomValues<T>(array: T): T;
}
declare var crypto: Crypto;
