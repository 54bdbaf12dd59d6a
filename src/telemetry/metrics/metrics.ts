import type { FinishedConnection } from "../../exchange/finished-connection.ts";
import type { FinishedExchange } from "../../exchange/finished-exchange.ts";
import type { Clock } from "../../shared/clock.ts";
import { createConnectionCounters } from "./connection-counters.ts";
import { type FamilyValues, readFamilies, writeFamilies } from "./exposition.ts";
import { gaugeFamilies, requestFamilies } from "./families.ts";
import { type GaugeSource, NO_GAUGES } from "./gauges.ts";
import { createLiveWindow, type LiveCounts, type LiveSummary, summarizeLive } from "./live-window.ts";
import { processFamilies } from "./process-families.ts";
import { createPolicyCounters, type PolicyCounterSet } from "./policy-counters.ts";
import { createRequestCounters } from "./request-counters.ts";

export interface Metrics {
  /** Counts an exchange; called for each one, on the hot path. */
  count(exchange: FinishedExchange): void;
  /** Counts a connection of layer 4, or a UDP session. */
  countConnection(connection: FinishedConnection): void;
  /** Finds what a policy counts up. Needs no `this`. */
  readonly policyCounter: PolicyCounterSet["find"];
  /** Whom to ask for gauges from now on; a reload may bring another one. */
  setGauges(source: GaugeSource): void;
  /** How things are now. */
  summary(): LiveSummary;
  /** What the summary is made of, to be put together with other processes'. Good until the next call. */
  liveCounts(): LiveCounts;
  /** All metrics with their values, as plain data. */
  values(): FamilyValues[];
  /** All metrics in Prometheus's text format, version 0.0.4. Reads prom-client when first called. */
  text(): Promise<string>;
}

/** The media type of `Metrics.text`. */
export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Metrics of one process: own counters on the hot path, prom-client's registry to write them out. */
export function createMetrics(clock: Clock, wallClock: Clock): Metrics {
  const counters = createRequestCounters();
  const connections = createConnectionCounters();
  const policies = createPolicyCounters();
  const live = createLiveWindow(clock.now());
  let gauges = NO_GAUGES;
  const families = [
    ...requestFamilies(counters),
    ...connections.families,
    ...policies.families,
    ...gaugeFamilies(() => gauges),
    ...processFamilies(wallClock.now()),
  ];
  return {
    count(exchange) {
      if (exchange.internal !== undefined) return counters.countInternal(exchange, exchange.internal);
      counters.count(exchange);
      live.record(exchange.status, exchange.durationMs, clock.now());
    },
    countConnection: connections.count,
    policyCounter: policies.find,
    setGauges(source) {
      gauges = source;
    },
    summary: () => summarizeLive([live.counts(clock.now())]),
    liveCounts: () => live.counts(clock.now()),
    values: () => readFamilies(families),
    text: () => writeFamilies([readFamilies(families)]),
  };
}
