/** The words of the menu that gives a run away, in English; they come with the menu. */

export const sharingEn = {
  embed: "For another page",
  embedHint: "A frame with this run in it, for a course page or a slide",
  copyEmbed: "Copy the frame",
  download: "Download",
  as: "Form of the download",
  preparing: "Being made…",
  failed: "It could not be made:",
  unreachable: "The server cannot be reached.",
  trace: "The trace itself (JSON)",
  forms: {
    html: "HTML file that plays by itself",
    svg: "Picture (SVG)",
    png: "Picture (PNG)",
    pdf: "Picture (PDF)",
    "walk.svg": "The walk, playing (SVG)",
    md: "Handout (Markdown)",
    txt: "The walk in words",
    dot: "Graphviz (DOT)",
    mmd: "Mermaid",
    graphml: "GraphML",
    json: "JSON Graph",
  } as Readonly<Record<string, string>>,
};

export type SharingWords = typeof sharingEn;
