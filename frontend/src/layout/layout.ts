/** Where everything goes: a layered layout of nested groups, as a list of passes. */
import type { Layout, LayoutGraph, LayoutOptions } from "../core/types";

export function layout(_graph: LayoutGraph, _options: LayoutOptions): Layout {
  throw new Error("not yet");
}
