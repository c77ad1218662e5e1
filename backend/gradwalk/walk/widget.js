/**
 * The widget's view: a frame with the player's file in it, which may run its own scripts and nothing else. The two talk by
 * messages (`frontend/src/core/messages.ts`).
 */
const PROTOCOL = 1;

function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.title = "Gradwalk";
  frame.setAttribute("sandbox", "allow-scripts allow-downloads");
  frame.style.cssText =
    "display: block; box-sizing: border-box; width: 100%; border: 1px solid rgb(128 128 128 / 0.4); border-radius: 6px";
  const told = { step: -1 };
  const size = () => {
    frame.style.height = `${model.get("height")}px`;
  };
  const play = () => {
    told.step = -1;
    frame.srcdoc = model.get("html");
  };
  const go = () => {
    const step = model.get("step");
    // What the player has told itself is no order to it.
    if (step !== told.step) frame.contentWindow?.postMessage({ gradwalk: PROTOCOL, type: "go", step }, "*");
  };
  const hear = ({ source, data }) => {
    if (source !== frame.contentWindow || data?.gradwalk !== PROTOCOL || data.type !== "step") return;
    told.step = data.step;
    model.set({ step: data.step, steps: data.steps });
    model.save_changes();
  };
  size();
  play();
  addEventListener("message", hear);
  const heard = { "change:height": size, "change:html": play, "change:step": go };
  for (const [event, f] of Object.entries(heard)) model.on(event, f);
  el.append(frame);
  return () => {
    removeEventListener("message", hear);
    for (const [event, f] of Object.entries(heard)) model.off(event, f);
    frame.remove();
  };
}

export default { render };
