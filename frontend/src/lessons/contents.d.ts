/** The contents, made by `lessons.plugin.ts`. */
declare module "virtual:lessons" {
  const topics: readonly import("../core/lesson").Topic[];
  export default topics;
}
