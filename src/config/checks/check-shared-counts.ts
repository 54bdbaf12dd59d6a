import { policyOf, type PolicyName } from "../../policies/index.ts";
import { effectivePolicies } from "../effective-policies.ts";
import { valueAt } from "../config-path.ts";
import type { Problem } from "../diagnostic.ts";
import type { SoundParts } from "../sound-parts.ts";

/** Limits that several gateway instances count each for itself (GW0130). */
export function checkSharedCounts({ routes, policies }: SoundParts, input: unknown): Problem[] {
  const path = ["gateways", "instances"];
  const instances = valueAt(input, path);
  if (typeof instances !== "number" || instances < 2) return [];
  const used = new Set<PolicyName>(
    routes
      .flatMap((route) => (route ? effectivePolicies(policies, route.policies) : []))
      .map(({ slot }) => policyOf(slot)),
  );
  const inMemory = (valueAt(input, ["state"]) ?? "memory") === "memory";
  const names = [
    ...(used.has("rateLimit") && inMemory ? ["rate limits"] : []),
    ...(used.has("concurrency") ? ["`concurrency`"] : []),
  ];
  if (names.length === 0) return [];
  const message = `each of ${instances} gateway instances counts ${names.join(" and ")} for itself, up to the whole limit`;
  const hint = names[0] === "rate limits" ? "with state: redis://…, rate limits are counted together" : undefined;
  return [{ code: "GW0130", severity: "note", path, at: "key", message, hint }];
}
