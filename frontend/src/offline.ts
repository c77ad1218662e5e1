/** Keeps the page for when its server is out of reach, once a first visit has nothing else to do. */

const PATIENCE = 5_000;

function keepPage(): void {
  // Refused in private windows and where a browser was told so: then the page needs its server, as ever.
  navigator.serviceWorker?.register("./sw.js").catch(() => undefined);
}

if (import.meta.env.PROD) {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(keepPage, { timeout: PATIENCE });
  else setTimeout(keepPage, PATIENCE);
}
