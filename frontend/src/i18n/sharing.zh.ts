/** 分享菜单的文字，随菜单一起载入。 */
import type { SharingWords } from "./sharing.en";

export const sharingZh: SharingWords = {
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
