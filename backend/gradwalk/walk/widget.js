/** The widget's view: a frame with the player's file in it, which may run its own scripts and nothing else. */
function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.title = "Gradwalk";
  frame.setAttribute("sandbox", "allow-scripts allow-downloads");
  frame.style.cssText = "display: block; box-sizing: border-box; width: 100%; border: 1px solid rgb(128 128 128 / 0.4); border-radius: 6px";
  const size = () => {
    frame.style.height = `${model.get("height")}px`;
  };
  const play = () => {
    frame.srcdoc = model.get("html");
  };
  size();
  play();
  model.on("change:height", size);
  model.on("change:html", play);
  el.append(frame);
  return () => {
    model.off("change:height", size);
    model.off("change:html", play);
    frame.remove();
  };
}

export default { render };
