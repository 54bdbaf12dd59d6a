import { type AnyReport, asReplay } from "../any-report.ts";
import type { PageFacts } from "./page.ts";

/** The algorithm that a service has, or had when its traffic was recorded. */
export interface Current {
  readonly service: string;
  readonly algorithm: string;
  readonly said: "in use" | "was in use";
}

/** What is to be set beside the others, where it is known. */
export function currentOf(report: AnyReport, { configured }: PageFacts): Current | undefined {
  if (configured !== undefined) return { ...configured, said: "in use" };
  const replay = asReplay(report);
  if (replay === undefined || replay.fit === null) return undefined;
  return { service: replay.setup.service, algorithm: replay.fit.algorithm, said: "was in use" };
}
