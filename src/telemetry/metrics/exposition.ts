import type { Registry } from "prom-client";
import type { Aggregator, Family, Sample } from "./families.ts";

/** A metric with all of its values, as plain data that passes between processes, in prom-client's own form. */
export interface FamilyValues extends Pick<Family, "name" | "help" | "type"> {
  readonly aggregator: Aggregator;
  readonly values: readonly Sample[];
}

/** The families as they are now. */
export function readFamilies(families: readonly Family[]): FamilyValues[] {
  return families.map((family) => {
    const { name, help, type, aggregator = "sum" } = family;
    return { name, help, type, aggregator, values: family.samples() };
  });
}

/**
 * One process's metrics, or several processes' put together, in Prometheus's text format 0.0.4. Counters and
 * histograms add up, bucket by bucket. Reads prom-client when first called.
 */
export async function writeFamilies(parts: readonly (readonly FamilyValues[])[]): Promise<string> {
  const [only, ...others] = parts;
  if (only === undefined) return "";
  return (await registryOf(others.length === 0 ? only : await mergeFamilies(parts))).metrics();
}

/** Several processes' metrics as one process's. A metric that only some of them have is those ones'. */
export async function mergeFamilies(parts: readonly (readonly FamilyValues[])[]): Promise<FamilyValues[]> {
  const { AggregatorRegistry } = await import("prom-client");
  // It takes any objects of this form; its type asks for the class it would make them from.
  const merged = AggregatorRegistry.aggregate(parts as unknown as object[]);
  return (await merged.getMetricsAsJSON()) as unknown as FamilyValues[];
}

/** What has ended still counts: these are what a process leaves behind, while its gauges end with it. */
export function lastingFamilies(families: readonly FamilyValues[]): FamilyValues[] {
  return families.filter(({ type }) => type !== "gauge");
}

/**
 * A registry only ever calls `get` of what is registered with it, though its type asks for one of its own classes; those
 * would hash the labels for each request.
 */
async function registryOf(families: readonly FamilyValues[]): Promise<Registry> {
  const { Registry: PromRegistry } = await import("prom-client");
  const registry = new PromRegistry();
  for (const family of families) {
    const metric = { ...family, get: async () => family, reset: () => {} };
    registry.registerMetric(metric as unknown as Parameters<typeof registry.registerMetric>[0]);
  }
  return registry;
}
