import type { Config } from "../../config/config.ts";
import { policyOf } from "../../policies/index.ts";

/** What several workers do each for itself, so that a limit is worth more than it says: a line each, for eyes. */
export function workerNotes({ routes, state }: Config, workers: number): string[] {
  if (workers === 1) return [];
  const used = new Set(routes.flatMap(({ policies }) => policies.map(({ slot }) => policyOf(slot))));
  const notes: string[] = [];
  if (used.has("rateLimit") && state === "memory") {
    notes.push(
      `each counts rate limits for itself, ${workers} times the limit in all; with \`state: redis://…\`, together`,
    );
  }
  if (used.has("concurrency")) notes.push(`each counts \`concurrency\` for itself, ${workers} times the limit in all`);
  return notes;
}
