import type { Scenario } from "../scenario.ts";
import { burst } from "./burst.ts";
import { coldStart } from "./cold-start.ts";
import { flapping } from "./flapping.ts";
import { heavyTail } from "./heavy-tail.ts";
import { heterogeneous } from "./heterogeneous.ts";
import { hotKey } from "./hot-key.ts";
import { longLived } from "./long-lived.ts";
import { oneSlow } from "./one-slow.ts";
import { thousand } from "./thousand.ts";
import { uniform } from "./uniform.ts";

/** Every named scenario; the first is what plain `bench` runs. */
export const SCENARIOS: readonly Scenario[] = [
  oneSlow,
  uniform,
  heterogeneous,
  flapping,
  burst,
  heavyTail,
  coldStart,
  hotKey,
  longLived,
  thousand,
];

const byName = new Map(SCENARIOS.map((scenario) => [scenario.name, scenario]));

/** The scenario of that name. */
export function findScenario(name: string): Scenario | undefined {
  return byName.get(name);
}
