/** All that explains, as one chunk: it comes with the first run. */
import "../../style/explain.css";

export { Diagnosed } from "./diagnosed";
export { Marks } from "./marks";
export { Mended } from "./mended";
export { Silent } from "./silent";
export { Why } from "./why";
