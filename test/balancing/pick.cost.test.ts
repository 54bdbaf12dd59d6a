import { describe, expect, it } from "vitest";
import type { PickRequest } from "../../src/balancing/algorithm.ts";
import { ALGORITHMS } from "../../src/balancing/index.ts";
import { leastCost } from "../helpers/cost.ts";
import { fleet, requestFor, start } from "./support.ts";

/**
 * Cost of a pick at 1,000 endpoints. The limits are generous, because the machine may be busy, and because the test
 * runner reaches imports through accessors: the O(n) algorithms are several times faster when built. With PICK_COST=1
 * in the environment the figures are printed.
 */
const ENDPOINTS = 1000;
const BATCH = 500;
const LIMIT_US = { constant: 5, linear: 500 };

/** At best, and below `bound` if it ever is. */
function micros(pick: (request: PickRequest) => unknown, requests: readonly PickRequest[], bound: number): number {
  const run = () => {
    for (let i = 0; i < BATCH; i++) pick(requests[i]!);
  };
  return leastCost(run, bound * BATCH, process.env["PICK_COST"] ? 41 : 1) / BATCH;
}

describe("the cost of a pick at 1,000 endpoints", () => {
  it.each(ALGORITHMS.map((algorithm) => ({ name: algorithm.name, algorithm })))("$name", ({ name, algorithm }) => {
    const members = fleet(ENDPOINTS).map((each, i) => ({ ...each, inFlight: 1 + (i % 7), latencyMs: 5, peakMs: 9 }));
    const request = requestFor(members);
    const requests = Array.from({ length: BATCH }, (_, i) => ({ ...request, key: `192.168.${i >> 8}.${i & 255}` }));
    const bound = algorithm.docs.cost.startsWith("O(n)") ? LIMIT_US.linear : LIMIT_US.constant;
    const cost = micros(start(name, members).pick, requests, bound);
    if (process.env["PICK_COST"]) console.info(`${name.padEnd(22)} ${cost.toFixed(3)} µs  ${algorithm.docs.cost}`);
    expect(cost).toBeLessThan(bound);
  });
});
