/** In a file that plays by itself, what knows of failed calls is there from the start. */
import { signal } from "@preact/signals";
import { diagnoseCall, diagnoseTarget } from "../core/diagnosis/calls";
import { CALLS_EN } from "../core/diagnosis/sentences.calls.en";
import { CALLS_ZH } from "../core/diagnosis/sentences.calls.zh";
import type * as All from "./calls";

export const calls: typeof All.calls = signal({ diagnoseCall, diagnoseTarget, CALLS_EN, CALLS_ZH });
