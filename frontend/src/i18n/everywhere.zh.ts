/** 读屏软件用语，以及离线时的提示。 */
import type { everywhere as english } from "./everywhere.en";

export const everywhere: typeof english = {
  outline: "按程序顺序排列的卡片",
  outlineHint: "方向键沿边走到操作数或使用者，也可按程序顺序逐张移动。回车键查看卡片详情。",
  value: (text: string) => `值 ${text}`,
  list: (left: string, right: string) => `${left}，${right}`,
  now: { forward: "此刻，前向", backward: "此刻，反向" },
};
