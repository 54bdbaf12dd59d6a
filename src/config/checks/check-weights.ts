import { findAlgorithm } from "../../balancing/index.ts";
import type { Problem } from "../diagnostic.ts";
import type { Service } from "../schema.ts";
import type { SoundParts } from "../sound-parts.ts";

/** Which algorithm does the same with weights. */
const WEIGHTED: Readonly<Record<string, string>> = {
  "round-robin": "weighted-round-robin",
  "least-conn": "weighted-least-conn",
};

/** Different weights under an algorithm that does not look at them (GW0120). */
export function checkWeights({ services }: SoundParts): Problem[] {
  return [...services].flatMap(([name, service]) => {
    if (service === undefined) return [];
    const algorithm = findAlgorithm(service.algorithm.name);
    if (algorithm?.weights !== "ignored" || !hasDifferentWeights(service)) return [];
    const instead = WEIGHTED[algorithm.name];
    const note: Problem = {
      code: "GW0120",
      severity: "note",
      path: ["services", name],
      at: "key",
      message: `\`${algorithm.name}\`, the algorithm of service \`${name}\`, does not look at weights`,
      ...(instead === undefined ? {} : { hint: `write algorithm: ${instead}` }),
    };
    return [note];
  });
}

/** Weight 0 keeps an endpoint out under every algorithm. */
function hasDifferentWeights({ endpoints }: Service): boolean {
  if (endpoints?.kind !== "list") return false;
  const weights = endpoints.list.map(({ weight }) => weight).filter((weight) => weight > 0);
  return new Set(weights).size > 1;
}
