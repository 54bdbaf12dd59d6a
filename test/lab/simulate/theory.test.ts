import { describe, expect, it, vi } from "vitest";
import type { AlgorithmResult } from "../../../src/lab/report/model.ts";
import { defineScenario } from "../../../src/lab/simulate/scenario.ts";
import { simulate } from "../../../src/lab/simulate/simulate.ts";

/*
 * Closed forms against the simulation. Time is in units of 10 ms, the mean service time; rho is the load.
 *
 * Tolerance. The time average of the number in an M/M/1 system over t service times has the variance
 * 2 rho (1 + rho) / (1 - rho)^4 / t (Whitt, "Planning queueing simulations", Management Science 35(11), 1989).
 * By Little's law the mean response time has the same relative error; with n endpoints that see independent
 * streams, N measured requests make t = N / rho, so the relative standard error is sqrt(2 (1 + rho) / N) / (1 - rho).
 * Three of them are allowed. The runs are seeded, so each test either always passes or always fails.
 */
vi.setConfig({ testTimeout: 60_000 }); // A second each, but many when other tests share the cores.

const UNIT_MS = 10;
const REQUESTS = 1_000_000;
const MEASURED = 0.9 * REQUESTS;

function tolerance(rho: number): number {
  return (3 * Math.sqrt((2 * (1 + rho)) / MEASURED)) / (1 - rho);
}

function relativeError(actual: number, expected: number): number {
  return Math.abs(actual - expected) / expected;
}

async function run(
  algorithm: string,
  load: number,
  serviceTime = "exp:10ms",
  count = 10,
  requests = REQUESTS,
): Promise<AlgorithmResult> {
  const scenario = defineScenario({
    name: "theory",
    summary: "equal endpoints",
    purpose: "Where closed forms are known.",
    endpoints: [{ count, speed: 1 }],
    load,
    serviceTime,
    arrivals: "poisson",
    keys: { count: 1000, skew: 0 },
    requests,
    replications: 1,
  });
  const report = await simulate({ scenario, algorithms: [algorithm], seed: 7 });
  return report.results[0] as AlgorithmResult;
}

describe("random: a split Poisson process is Poisson, so every endpoint is a queue M/G/1 of its own", () => {
  it("M/M/1: mean 1 / (mu - lambda), and exponential, so that p99 is ln 100 of that", async () => {
    const rho = 0.7;
    const { responseTime } = await run("random", rho);
    const mean = UNIT_MS / (1 - rho);
    expect(relativeError(responseTime.mean, mean)).toBeLessThan(tolerance(rho));
    expect(relativeError(responseTime.p50, Math.log(2) * mean)).toBeLessThan(tolerance(rho));
    // The tail rests on few long busy periods: over 24 other seeds p99's deviation was 1.3 %, twice that of the mean.
    expect(relativeError(responseTime.p99, Math.log(100) * mean)).toBeLessThan(2 * tolerance(rho));
  });

  it("M/D/1: waits half as long as M/M/1 (Pollaczek and Khinchine)", async () => {
    const rho = 0.7;
    const { responseTime } = await run("random", rho, "const:10ms");
    // Waiting: rho / (2 (1 - rho)) service times. Constant service is the calmer, so M/M/1's tolerance is ample.
    const mean = UNIT_MS * (1 + rho / (2 * (1 - rho)));
    expect(relativeError(responseTime.mean, mean)).toBeLessThan(tolerance(rho));
  });

  it.each([
    // E[S²] = mean² e^(sigma²) for the lognormal; for two values it is their mean square.
    { serviceTime: "lognormal:10ms:1", mean: 10, square: 100 * Math.E },
    { serviceTime: "bimodal:5ms:50ms:10%", mean: 9.5, square: 0.9 * 25 + 0.1 * 2500 },
  ])("M/G/1 with $serviceTime: waiting is lambda E[S²] / (2 (1 - rho))", async ({ serviceTime, mean, square }) => {
    const rho = 0.7;
    const { responseTime } = await run("random", rho, serviceTime);
    const expected = mean + ((rho / mean) * square) / (2 * (1 - rho));
    // Burstier than M/M/1 (E[S²] is 2.7 and 3.0 instead of 2 squared means): twice its tolerance.
    expect(relativeError(responseTime.mean, expected)).toBeLessThan(2 * tolerance(rho));
  });
});

describe("round-robin", () => {
  it("E_n/M/1: every n-th arrival of a Poisson process, so the gaps at an endpoint are Erlang", async () => {
    const rho = 0.85;
    const n = 10;
    const { responseTime } = await run("round-robin", rho, "exp:10ms", n);
    // GI/M/1: sigma = L(mu (1 - sigma)), L the Laplace transform of the gaps: (n lambda / (n lambda + s))^n.
    let sigma = 0.5;
    for (let i = 0; i < 1000; i++) sigma = ((n * rho) / (n * rho + 1 - sigma)) ** n;
    const mean = UNIT_MS / (1 - sigma);
    expect(relativeError(responseTime.mean, mean)).toBeLessThan(tolerance(rho));
    expect(relativeError(responseTime.p99, Math.log(100) * mean)).toBeLessThan(2 * tolerance(rho));
  });
});

describe("p2c", () => {
  it("Mitzenmacher: a share s_i = rho^(2^i - 1) of the endpoints has i or more requests", async () => {
    const rho = 0.9;
    const { responseTime, maxQueue } = await run("p2c", rho, "exp:10ms", 1000);
    // Little: response time = mean queue / rho = sum of s_i over i >= 1, divided by rho. 2.61 service times; M/M/1 has 10.
    let queue = 0;
    for (let i = 1; i <= 10; i++) queue += rho ** (2 ** i - 1);
    const mean = (UNIT_MS * queue) / rho;
    expect(mean).toBeCloseTo(26.14, 2);
    // A limit for many endpoints: with n of them it is off by O(1/n). 1 % for chance (queues are short and mix fast).
    expect(relativeError(responseTime.mean, mean)).toBeLessThan(0.01);
    // s_7 = 1.5e-6 of 1000 endpoints: seldom seen; s_9 = 4e-24: never.
    expect(maxQueue).toBeGreaterThanOrEqual(6);
    expect(maxQueue).toBeLessThan(9);
  });
});

describe("least-conn", () => {
  it("lies between one queue for all (M/M/n, which no balancer beats) and round-robin (Winston 1977)", async () => {
    const rho = 0.85;
    const n = 10;
    const joined = await run("least-conn", rho, "exp:10ms", n, 200_000);
    const inTurn = await run("round-robin", rho, "exp:10ms", n, 200_000);
    const twoChoices = await run("p2c", rho, "exp:10ms", n, 200_000);
    const central = UNIT_MS * (1 + erlangC(n, n * rho) / (n * (1 - rho)));
    expect(joined.responseTime.mean).toBeGreaterThan(central);
    expect(joined.responseTime.mean).toBeLessThan(twoChoices.responseTime.mean);
    expect(twoChoices.responseTime.mean).toBeLessThan(inTurn.responseTime.mean);
  });
});

/** The probability of waiting in M/M/n with offered load a, from Erlang B's recursion. */
function erlangC(n: number, a: number): number {
  let b = 1;
  for (let i = 1; i <= n; i++) b = (a * b) / (i + a * b);
  return b / (1 - (a / n) * (1 - b));
}

describe("the load", () => {
  it.each(["random", "least-conn"])("is what endpoints are busy with, under %s", async (algorithm) => {
    const rho = 0.7;
    const { endpoints, throughput } = await run(algorithm, rho);
    const busy = endpoints.reduce((sum, endpoint) => sum + endpoint.utilization, 0) / endpoints.length;
    // Work ÷ time: N exponential amounts of work over N exponential gaps, relative variance 1/N each.
    const allowed = 3 * Math.sqrt(2 / MEASURED);
    expect(relativeError(busy, rho)).toBeLessThan(allowed);
    expect(relativeError(throughput, (10 * rho * 1000) / UNIT_MS)).toBeLessThan(allowed);
  });
});
