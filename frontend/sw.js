// The page without its server: every file of the build is kept, and given out where the network has none.
// VERSION and FILES are written above this by offline.plugin.ts. What runs code or tells of the server is never kept.

const CACHE = `gradwalk-page-${VERSION}`;
const ROOT = new URL("./", self.location);
const KEPT = new Set(FILES.map((file) => new URL(file, ROOT).href));

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...KEPT])));
});

// A new version waits until no page of the old one is open: files of two versions never mix.
self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith("gradwalk-page-") && name !== CACHE)
            .map((name) => caches.delete(name)),
        ),
      ),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = request.url.replace(/[?#].*$/, "");
  if (request.method !== "GET" || !KEPT.has(address)) return;
  const kept = () => caches.open(CACHE).then((cache) => cache.match(address));
  // Documents come from the server while it answers, so that nobody is shown an old page; other files carry their
  // content's hash in their name.
  event.respondWith(
    address.startsWith(`${ROOT.href}assets/`)
      ? kept().then((found) => found ?? fetch(request))
      : fetch(request).catch(() => kept().then((found) => found ?? Response.error())),
  );
});
