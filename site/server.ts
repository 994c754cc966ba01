/** @file Shows a folder as GitHub Pages would: static files, text gzipped, no special headers. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".ipynb": "application/json",
};

export interface Served {
  readonly address: string;
  close(): void;
}

/** @param under a subfolder under which the folder appears, such as "/course" */
export function serve(folder: string, { port = 0, under = "" } = {}): Promise<Served> {
  const packed = new Map<string, Buffer>();
  /** Gzipped once for each content: whoever measures a page does not measure this. */
  const pack = (bytes: Buffer) => {
    const key = createHash("sha256").update(bytes).digest("hex");
    const found = packed.get(key) ?? gzipSync(bytes, { level: 1 });
    packed.set(key, found);
    return found;
  };
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const name = path.startsWith(`${under}/`) ? normalize(path.slice(under.length)) : null;
    try {
      if (name === null || name.includes("..")) throw new Error("outside");
      const bytes = readFileSync(join(folder, name.endsWith("/") ? `${name}index.html` : name));
      const type = types[name.endsWith("/") ? ".html" : extname(name)];
      const head = { "content-type": type ?? "application/octet-stream", "cache-control": "max-age=600" };
      if (type) response.writeHead(200, { ...head, "content-encoding": "gzip" }).end(pack(bytes));
      else response.writeHead(200, head).end(bytes);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found");
    }
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${under}/`;
      resolve({
        address,
        close: () => {
          server.closeAllConnections();
          server.close();
        },
      });
    });
  });
}
