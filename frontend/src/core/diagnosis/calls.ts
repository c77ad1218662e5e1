/** Failed calls and their sentences, as one chunk: it comes with the first run that has an error or a warning. */

export { diagnoseCall } from "./kinds";
export { CALLS_EN } from "./sentences.calls.en";
export { CALLS_ZH } from "./sentences.calls.zh";
export { diagnoseTarget } from "./target";
