// Keeps what the page complains of where a test can read it: not every driver tells what is on the console.
(() => {
  const complaints = [];
  window.__complaints = complaints;
  const told = (given) => given.map((each) => each?.stack ?? String(each)).join(" ");
  for (const level of ["error", "warn"]) {
    const plain = console[level];
    console[level] = (...given) => {
      complaints.push(`console.${level}: ${told(given)}`);
      plain.apply(console, given);
    };
  }
  window.addEventListener(
    "error",
    (event) => {
      const { target, message, error } = event;
      const file = target?.src ?? target?.href;
      complaints.push(file && target !== window ? `did not load: ${file}` : `threw: ${message} ${error?.stack ?? ""}`);
    },
    true,
  );
  window.addEventListener("unhandledrejection", ({ reason }) => complaints.push(`rejected: ${told([reason])}`));
  document.addEventListener("securitypolicyviolation", (event) =>
    complaints.push(`policy: ${event.violatedDirective} ${event.blockedURI}`),
  );
})();
