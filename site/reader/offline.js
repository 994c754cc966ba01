// Keeps what a reader has loaded, so that it can be read and run without a network. The names of assets change with their
// content, so that a kept one is never old; pages are asked for first, and kept for when nobody answers.
const kept = "foundations";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(self.registration.scope)) return;
  const answer = request.url.includes("/assets/") ? fromKept(event) : fromNetwork(event);
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

// The answer goes on while it is kept: a page can show how much of it has come.
async function fetchAndKeep(event) {
  const response = await fetch(event.request);
  if (response.ok) {
    const copy = response.clone();
    event.waitUntil(caches.open(kept).then((cache) => cache.put(event.request, copy)));
  }
  return response;
}

const fromKept = async (event) => (await caches.match(event.request)) ?? fetchAndKeep(event);

async function fromNetwork(event) {
  try {
    return await fetchAndKeep(event);
  } catch (error) {
    const found = await caches.match(event.request, { ignoreSearch: true });
    if (found) return found;
    throw error;
  }
}
