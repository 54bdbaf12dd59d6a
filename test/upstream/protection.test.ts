import { describe, expect, it } from "vitest";
import type { Outcome } from "../../src/exchange/outcome.ts";
import { createRng } from "../../src/shared/rng.ts";
import { explainPick } from "../../src/upstream/explain-pick.ts";
import { serviceSchema } from "../../src/upstream/schema.ts";
import { ServiceUpstream } from "../../src/upstream/service-upstream.ts";
import { createWorld, ManualTime, urls, type World } from "./manual-world.ts";

/** Sends `n` requests; those to the endpoints of `outcomes` end so, the others well. Returns how many each got. */
function traffic(world: World, n: number, outcomes: Readonly<Record<string, Outcome>> = {}): Record<string, number> {
  const got: Record<string, number> = {};
  for (let i = 0; i < n; i++) {
    const endpoint = world.service.acquire(undefined, undefined);
    if (endpoint === undefined) {
      got["none"] = (got["none"] ?? 0) + 1;
      continue;
    }
    const name = endpoint.id.slice(-1);
    got[name] = (got[name] ?? 0) + 1;
    world.service.release(endpoint, outcomes[name] ?? "ok", 1);
  }
  return got;
}

describe("outlier ejection at work", () => {
  const config = { endpoints: urls(3), outlier: { consecutiveErrors: 2, ejectFor: "10s" } };

  it("puts an endpoint aside, brings it back when its time is over, and says both", () => {
    const world = createWorld(config);
    traffic(world, 6, { 1: "error" });
    expect(traffic(world, 6)).toEqual({ 2: 3, 3: 3 });
    expect(world.ejections).toEqual(["http://localhost:1 for 10000: 2 errors in a row"]);
    expect(world.service.snapshot().endpoints[0]).toMatchObject({
      eligible: false,
      health: "healthy",
      ejected: { leftMs: 10_000, reason: "2 errors in a row", ejections: 1 },
    });
    world.time.advance(10_000);
    expect(traffic(world, 6)).toEqual({ 1: 2, 2: 2, 3: 2 });
    expect(world.ejections[1]).toBe("http://localhost:1 for 0: 2 errors in a row");
  });

  it("is told of in explanations", () => {
    const world = createWorld(config);
    traffic(world, 6, { 1: "error" });
    world.time.advance(4_000);
    const { candidates } = explainPick(world.service.explainView(), undefined);
    expect(candidates[0]).toEqual({
      endpoint: "http://localhost:1",
      eligible: false,
      reason: "ejected: 2 errors in a row; 6 s more",
    });
  });

  it("never ejects the only one that is not known to be down", () => {
    const world = createWorld({ ...config, endpoints: urls(2), panicThreshold: 0 });
    traffic(world, 2, { 1: "connect-failure" });
    expect(world.service.snapshot().endpoints[0]?.health).toBe("unhealthy");
    expect(traffic(world, 20, { 2: "error" })).toEqual({ 2: 20 });
    expect(world.ejections).toEqual([]);
  });

  it("never ejects the only endpoint", () => {
    const world = createWorld({ ...config, endpoints: urls(1) });
    expect(traffic(world, 20, { 1: "error" })).toEqual({ 1: 20 });
    expect(world.ejections).toEqual([]);
  });

  it("compares success rates each interval", () => {
    const world = createWorld({
      endpoints: urls(6),
      outlier: { consecutiveErrors: 1000, successRate: { interval: "5s" } },
    });
    traffic(world, 150, { 4: "error" });
    world.time.advance(5_000);
    world.service.sweep(world.time.now());
    expect(world.ejections).toEqual([
      "http://localhost:4 for 10000: 0 % of requests succeeded, the others' mean is 83.3 %",
    ]);
  });
});

describe("a breaker at work", () => {
  const config = { endpoints: urls(2), breaker: { minimumRequests: 4, openFor: "5s" } };

  it("refuses while it is open, tries one, and closes", () => {
    const world = createWorld(config);
    expect(traffic(world, 10, { 1: "error", 2: "error" })).toEqual({ 1: 2, 2: 2, none: 6 });
    world.time.advance(5_000);
    expect(traffic(world, 4)).toEqual({ 1: 2, 2: 2 });
    expect(world.breakers).toEqual([
      "closed → open: 4 of the last 4 requests failed",
      "open → half-open: its rest is over: it is tried again",
      "half-open → closed: it answers again",
    ]);
  });

  it("shows its state in the snapshot", () => {
    const world = createWorld(config);
    traffic(world, 3, { 1: "error" });
    expect(world.service.snapshot().breaker).toEqual({
      phase: "closed",
      sinceMs: 0,
      opensInMs: 0,
      tries: 3,
      errors: 2,
    });
    expect(createWorld({ endpoints: urls(1) }).service.snapshot().breaker).toBeUndefined();
  });

  it("keeps no place for a pick that found no endpoint", () => {
    const world = createWorld(config);
    traffic(world, 4, { 1: "error", 2: "error" });
    world.time.advance(5_000);
    for (const id of urls(2)) world.service.drain(id);
    expect(traffic(world, 3)).toEqual({ none: 3 });
    for (const id of urls(2)) world.service.enable(id);
    expect(traffic(world, 1)).not.toEqual({ none: 1 });
  });
});

describe("slow start", () => {
  /** The service's first endpoint has just come back from an ejection. */
  function cameBack(algorithm: string) {
    const world = createWorld({
      endpoints: urls(4),
      algorithm,
      slowStart: "10s",
      outlier: { consecutiveErrors: 2, ejectFor: "10s" },
    });
    while (world.ejections.length === 0) traffic(world, 1, { 1: "error" });
    world.time.advance(10_000);
    world.service.sweep(world.time.now());
    return world;
  }

  // 4,000 requests, a quarter of which are picked for it; it takes a tenth, then a half, of these. Those it lets pass go on
  // to the others. Bounds: four standard deviations of a binomial distribution with p = 0.025, 0.125 and 0.25.
  it.each(["round-robin", "weighted-round-robin", "random", "p2c"])(
    "gives an endpoint that came back a growing share, with %s",
    (algorithm) => {
      const world = cameBack(algorithm);
      const share = (): number => (traffic(world, 4_000)["1"] ?? 0) / 4_000;
      const bound = (p: number): number => 4 * Math.sqrt((p * (1 - p)) / 4_000);
      // Those that it has let pass may come round to it again, which makes up to a tenth more.
      expect(Math.abs(share() - 0.0265)).toBeLessThan(bound(0.025) + 0.0025);
      world.time.advance(5_000);
      expect(Math.abs(share() - 0.13)).toBeLessThan(bound(0.125) + 0.0125);
      world.time.advance(5_000);
      expect(Math.abs(share() - 0.25)).toBeLessThan(bound(0.25));
    },
  );

  it("is told of in explanations", () => {
    const world = cameBack("round-robin");
    world.time.advance(3_000);
    const { candidates } = explainPick(world.service.explainView(), undefined);
    expect(candidates[0]?.reason).toContain("starts slowly, now with 30 % of its share");
  });

  it("spares an endpoint that joins, and none at the start of the process", () => {
    const world = createWorld({ endpoints: urls(2), slowStart: "10s" });
    expect(traffic(world, 100)).toEqual({ 1: 50, 2: 50 });
    const specs = createWorld({ endpoints: urls(3) }).service.endpoints.map(({ spec }) => spec);
    world.service.update(specs);
    expect(traffic(world, 300)["3"]).toBeLessThan(40);
  });

  it("makes no difference where all of them start", () => {
    const world = createWorld({ endpoints: urls(1), slowStart: "10s" });
    const specs = createWorld({ endpoints: ["http://localhost:8", "http://localhost:9"] }).service.endpoints;
    world.service.update(specs.map(({ spec }) => spec));
    expect(traffic(world, 100)).toEqual({ 8: 50, 9: 50 });
  });
});

describe("zones", () => {
  function zoned(zone: string | undefined): World {
    const endpoints = urls(5).map((url, i) => ({ url, zone: i < 2 ? "a" : "b" }));
    const spec = serviceSchema.parse({ endpoints });
    const time = new ManualTime();
    const list = spec.endpoints?.kind === "list" ? spec.endpoints.list : [];
    const service = new ServiceUpstream<{ pool: string }>({
      name: "users",
      spec,
      endpoints: list,
      attach: ({ id }) => ({ pool: id }),
      detach: () => {},
      clock: time,
      rng: createRng("zones"),
      timers: time,
      ...(zone === undefined ? {} : { zone }),
    });
    return { ...createWorld({ endpoints: urls(1) }), service, time };
  }

  it.each([
    ["a", { 1: 30, 2: 30 }],
    ["b", { 3: 20, 4: 20, 5: 20 }],
    ["c", { 1: 12, 2: 12, 3: 12, 4: 12, 5: 12 }],
    [undefined, { 1: 12, 2: 12, 3: 12, 4: 12, 5: 12 }],
  ])("keep traffic in the own one: %s", (zone, expected) => {
    expect(traffic(zoned(zone), 60)).toEqual(expected);
  });

  it("spill over when too few of the own are eligible: 1.4 × 1 of 2 stays", () => {
    const world = zoned("a");
    world.service.drain("http://localhost:2");
    // Drained ones do not count as lost.
    expect(traffic(world, 60)).toEqual({ 1: 60 });
    world.service.enable("http://localhost:2");
    const bad = world.service.endpoints[1]!;
    world.service.release(world.service.acquireOnly(bad.id)!, "connect-failure", -1);
    const got = traffic(world, 2_000);
    // 0.7, within four standard deviations of 2,000 draws.
    expect(Math.abs((got["1"] ?? 0) / 2_000 - 0.7)).toBeLessThan(4 * Math.sqrt((0.7 * 0.3) / 2_000));
  });

  it("send a retry elsewhere when the own ones have been tried", () => {
    const world = zoned("a");
    const tried = ["http://localhost:1", "http://localhost:2"];
    expect(world.service.acquire(undefined, tried)?.spec.zone).toBe("b");
  });
});
