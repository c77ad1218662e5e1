/** What the page does for who sees, touches or prints otherwise: fetched once the page stands. */
import { effect, signal } from "@preact/signals";
import { scene } from "./state/scene";
import "./style/access.css";
import "./style/print.css";

const query = matchMedia("print");
const printing = signal(query.matches);
query.addEventListener("change", ({ matches }) => {
  printing.value = matches;
});

// On paper the picture is whole, wherever the camera looked; the paper's room may give it another layout.
effect(() => {
  const surface = document.querySelector(".surface");
  const layout = scene.value?.layout;
  if (printing.value && layout)
    surface?.setAttribute("viewBox", `-20 -20 ${layout.width + 40} ${layout.height + 40}`);
  else surface?.removeAttribute("viewBox");
});
