import { findAlgorithm } from "../../balancing/index.ts";
import type { AlgorithmChoice } from "../simulate/simulate.ts";
import type { RecordedService } from "./recorded-service.ts";

/** The algorithm that most of the exchanges were balanced by; `undefined` if this version does not know it. */
export function usedAlgorithm({ algorithms, configured }: RecordedService): string | undefined {
  const [most] = [...algorithms].sort((a, b) => b[1] - a[1]);
  const name = most?.[0] ?? configured?.algorithm;
  return name !== undefined && findAlgorithm(name) !== undefined ? name : undefined;
}

/** That algorithm as it was configured, as far as its options can be read from a record; else with the usual ones. */
export function usedChoice({ configured }: RecordedService, name: string): AlgorithmChoice {
  const algorithm = findAlgorithm(name);
  if (algorithm === undefined || configured?.algorithm !== name) return name;
  const options = algorithm.options.safeParse(asWritten(configured.options));
  return options.success ? { name, options: options.data, parsed: true } : name;
}

/** Durations stand in a record as numbers of ms, and in a config as texts. */
function asWritten(options: unknown): unknown {
  if (typeof options !== "object" || options === null) return {};
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [
      key,
      key === "decay" && typeof value === "number" ? `${value}ms` : value,
    ]),
  );
}
