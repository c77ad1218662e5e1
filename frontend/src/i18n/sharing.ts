/** The words of the menu that gives a run away, in each language; they come with the menu. */
import { computed } from "@preact/signals";
import { language } from "../state/settings";
import { later } from "./index";

const en = {
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

const zh: typeof en = {
  embed: "放进别的网页",
  embedHint: "一段框架代码，可放进课程页面或幻灯片",
  copyEmbed: "复制框架代码",
  download: "下载",
  as: "下载格式",
  preparing: "正在生成……",
  failed: "未能生成：",
  unreachable: "连不上服务器。",
  trace: "完整记录（JSON）",
  forms: {
    html: "可独立播放的 HTML 文件",
    svg: "图（SVG）",
    png: "图（PNG）",
    pdf: "图（PDF）",
    "walk.svg": "自动播放的全过程（SVG）",
    md: "讲义（Markdown）",
    txt: "逐步文字说明",
    dot: "Graphviz（DOT）",
    mmd: "Mermaid",
    graphml: "GraphML",
    json: "JSON Graph",
  },
};

export const sharing = computed((): typeof en => later.value.sharing ?? (language.value === "zh" ? zh : en));
