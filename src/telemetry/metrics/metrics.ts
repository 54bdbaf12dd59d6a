import type { Metric, Registry } from "prom-client";
import type { FinishedExchange } from "../../exchange/finished-exchange.ts";
import type { Clock } from "../../shared/clock.ts";
import { type Family, gaugeFamilies, requestFamilies } from "./families.ts";
import { type GaugeSource, NO_GAUGES } from "./gauges.ts";
import { createLiveWindow, type LiveSummary } from "./live-window.ts";
import { processFamilies } from "./process-families.ts";
import { createRequestCounters } from "./request-counters.ts";

export interface Metrics {
  /** Counts an exchange; called for each one, on the hot path. */
  count(exchange: FinishedExchange): void;
  /** Whom to ask for gauges from now on; a reload may bring another one. */
  setGauges(source: GaugeSource): void;
  /** How things are now. */
  summary(): LiveSummary;
  /** All metrics in Prometheus's text format, version 0.0.4. Reads prom-client when first called. */
  text(): Promise<string>;
}

/** The media type of `Metrics.text`. */
export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Metrics of one process: own counters on the hot path, prom-client's registry to write them out. */
export function createMetrics(clock: Clock, wallClock: Clock): Metrics {
  const counters = createRequestCounters();
  const live = createLiveWindow(clock.now());
  let gauges = NO_GAUGES;
  const families = [...requestFamilies(counters), ...gaugeFamilies(() => gauges), ...processFamilies(wallClock.now())];
  let registry: Promise<Registry> | undefined;
  return {
    count(exchange) {
      counters.count(exchange);
      live.record(exchange.status, exchange.durationMs, clock.now());
    },
    setGauges(source) {
      gauges = source;
    },
    summary: () => live.summary(clock.now()),
    async text() {
      registry ??= createRegistry(families);
      return (await registry).metrics();
    },
  };
}

async function createRegistry(families: readonly Family[]): Promise<Registry> {
  const { Registry: PromRegistry } = await import("prom-client");
  const registry = new PromRegistry();
  for (const family of families) registry.registerMetric(asMetric(family));
  return registry;
}

/**
 * A registry only ever calls `get` of what is registered with it, though its type asks for one of its own classes; those
 * would hash the labels for each request.
 */
function asMetric(family: Family): Metric {
  const { name, help, type } = family;
  const get = async () => ({ name, help, type, aggregator: "sum", values: family.samples() });
  return { name, help, type, get, reset: () => {} } as unknown as Metric;
}
