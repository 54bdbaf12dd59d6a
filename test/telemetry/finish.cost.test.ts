import { describe, expect, it } from "vitest";
import { createMetrics } from "../../src/telemetry/metrics/metrics.ts";
import { createTelemetry } from "../../src/telemetry/telemetry.ts";
import { systemClock, systemWallClock } from "../../src/shared/clock.ts";
import { leastCost } from "../helpers/cost.ts";
import { finished } from "./exchanges.ts";

const EXCHANGES = Array.from({ length: 512 }, (_, i) =>
  finished({
    path: `/users/${i}`,
    requestId: `r-${i}`,
    status: i % 40 === 0 ? 502 : 200,
    durationMs: 0.2 + (i % 97) / 10,
  }),
);

const CALLS = 4_000;

/** Microseconds per call, at best. */
function costOf(call: (exchange: (typeof EXCHANGES)[number]) => void, bound: number): number {
  const run = () => {
    for (let i = 0; i < CALLS; i++) call(EXCHANGES[i & 511] as (typeof EXCHANGES)[number]);
  };
  return leastCost(run, bound * CALLS) / CALLS;
}

// The goals are 300 ns and 2 µs; the bounds leave room for slow machines, and still tell a label hash or a
// JSON.stringify of an object (2 µs and more each) from none.
describe("the cost of an exchange that is over", () => {
  it("is below 1 µs for metrics", () => {
    const metrics = createMetrics(systemClock, systemWallClock);
    expect(costOf((exchange) => metrics.count(exchange), 1)).toBeLessThan(1);
  });

  it("is below 4 µs with a JSON access log line", () => {
    const telemetry = createTelemetry({
      accessLog: { format: "json", path: "-", sample: 1, headers: [], redact: [] },
      sink: { write: () => {}, isTTY: false, color: false, columns: 80 },
      clock: systemClock,
      wallClock: systemWallClock,
    });
    expect(costOf(telemetry.finish, 4)).toBeLessThan(4);
  });
});
