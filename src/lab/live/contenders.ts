import type { Algorithm } from "../../balancing/algorithm.ts";
import { ALGORITHMS, findAlgorithm } from "../../balancing/index.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { nearest } from "../../shared/nearest.ts";
import type { Scenario } from "../simulate/scenario.ts";
import { findScenario, SCENARIOS } from "../simulate/scenarios/index.ts";

/** The algorithms named, each once, in that order; all unless given. @throws GatewayError GW0002 */
export function findContenders(names: readonly string[] = ALGORITHMS.map(({ name }) => name)): readonly Algorithm[] {
  const found = new Set<Algorithm>();
  for (const name of names) {
    const algorithm = findAlgorithm(name);
    if (algorithm === undefined) throw unknownName("algorithm", name, ALGORITHMS);
    found.add(algorithm);
  }
  if (found.size === 0) throw new GatewayError("GW0002", "No algorithm is named: give at least one, or all.");
  return [...found];
}

/** The scenario of this name; the first one unless given. @throws GatewayError GW0002 */
export function findLiveScenario(scenario: string | Scenario | undefined): Scenario {
  if (typeof scenario === "object") return scenario;
  const found = scenario === undefined ? SCENARIOS[0] : findScenario(scenario);
  if (found === undefined) throw unknownName("scenario", scenario ?? "", SCENARIOS);
  return found;
}

function unknownName(what: string, name: string, known: readonly { readonly name: string }[]): GatewayError {
  const names = known.map((each) => each.name);
  const near = nearest(name, names);
  const hint = near === undefined ? `There are: ${names.join(", ")}.` : `Did you mean ${near}?`;
  return new GatewayError("GW0002", `There is no ${what} "${name}". ${hint}`);
}
