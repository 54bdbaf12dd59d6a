import type { Probe } from "../probe.ts";
import { REQUEST_LINE_PROBES } from "./request-line.ts";

/** Every probe, by subject. */
export const SUBJECTS: readonly (readonly [subject: string, probes: readonly Probe[]])[] = [
  ["request line, target, method", REQUEST_LINE_PROBES],
];
