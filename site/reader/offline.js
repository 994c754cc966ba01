// Keeps what a reader has loaded, so that it can be read and run without a network. The names of assets change with their
// content, so that a kept one is never old; pages are asked for first, and kept for when nobody answers.
const kept = "foundations";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(self.registration.scope)) return;
  const answer = request.url.includes("/assets/") ? fromKept(request) : fromNetwork(request);
  event.respondWith(request.destination === "worker" ? answer.then(confined) : answer);
});

// What a cell runs may read from this site and from nowhere else. A page cannot say that of its worker; the worker's
// script has to bring it.
const policy = "default-src 'none'; script-src 'self' 'unsafe-eval'; connect-src 'self'";

function confined(response) {
  const headers = new Headers(response.headers);
  headers.set("content-security-policy", policy);
  return new Response(response.body, { status: response.status, headers });
}

async function fetchAndKeep(request) {
  const response = await fetch(request);
  if (response.ok) await (await caches.open(kept)).put(request, response.clone());
  return response;
}

const fromKept = async (request) => (await caches.match(request)) ?? fetchAndKeep(request);

async function fromNetwork(request) {
  try {
    return await fetchAndKeep(request);
  } catch (error) {
    const found = await caches.match(request, { ignoreSearch: true });
    if (found) return found;
    throw error;
  }
}
