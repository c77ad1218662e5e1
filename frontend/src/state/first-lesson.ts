/** The lesson that the page opens with: it comes with the page. */
import autograd from "../lessons/autograd.json";
import type { OpenLesson } from "./cells";

export const FIRST: OpenLesson = { id: "autograd", ...autograd };
