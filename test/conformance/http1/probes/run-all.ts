import { judge, type Verdict } from "./judge.ts";
import type { Probe } from "./probe.ts";
import { type ProbeTarget, runProbe } from "./run-probe.ts";

/**
 * Runs every probe against a target, some at a time.
 * @returns a verdict for each, in their order
 */
export async function runAll(
  probes: readonly Probe[],
  target: ProbeTarget,
  atOnce: number,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < probes.length; index = next++) {
      const probe = probes[index] as Probe;
      if (probe.needsTcp && !target.hasTcp) {
        verdicts[index] = { held: undefined, complaints: [] };
        continue;
      }
      try {
        verdicts[index] = judge(probe, await runProbe(probe, index, target));
      } catch (error) {
        verdicts[index] = { held: false, complaints: [`it could not be run: ${String(error)}`] };
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return verdicts;
}
