import { describe, expect, it } from "vitest";
import type { Outcome } from "../../src/exchange/outcome.ts";
import type { LiveEndpoint } from "../../src/upstream/live-endpoint.ts";
import { createWorld, urls, type World } from "./manual-world.ts";

const [one, two, three] = urls(3) as [string, string, string];

function next(world: World, exclude?: string[]): string | undefined {
  const endpoint = world.service.acquire(undefined, exclude);
  if (endpoint !== undefined) world.service.release(endpoint, "ok", 1);
  return endpoint?.id;
}

function finish(world: World, outcome: Outcome, exclude?: string[]): string {
  const endpoint = world.service.acquire(undefined, exclude)!;
  world.service.release(endpoint, outcome, -1);
  return endpoint.id;
}

const picks = (world: World, count: number) => Array.from({ length: count }, () => next(world));

describe("acquire and release", () => {
  it("spread 300 requests over three endpoints 100 to 100 to 100 by default", () => {
    const world = createWorld({ endpoints: urls(3) });
    const counts = new Map<string, number>();
    for (const id of picks(world, 300)) counts.set(id!, (counts.get(id!) ?? 0) + 1);
    expect([...counts.values()]).toEqual([100, 100, 100]);
  });

  it("count what is in flight, so that least-conn sees it", () => {
    const world = createWorld({ endpoints: urls(2), algorithm: "least-conn" });
    const busy = world.service.acquire(undefined, undefined)!;
    expect(busy.candidate.inFlight).toBe(1);
    const other = picks(world, 4);
    expect(new Set(other).has(busy.id)).toBe(false);
    world.service.release(busy, "ok", 3);
    expect(busy.candidate.inFlight).toBe(0);
    expect(new Set(picks(world, 4)).size).toBe(2);
  });

  it("hand out what the wire layer attached", () => {
    const { service } = createWorld({ endpoints: [one] });
    expect(service.acquire(undefined, undefined)?.attached).toEqual({ pool: one });
  });

  it("go elsewhere on a retry, and back to the same where nothing else is left", () => {
    const world = createWorld({ endpoints: urls(2) });
    const tried = [finish(world, "reset")];
    expect(world.service.hasOther(tried)).toBe(true);
    tried.push(finish(world, "reset", tried));
    expect(new Set(tried).size).toBe(2);
    expect(world.service.hasOther(tried)).toBe(false);
    expect([one, two]).toContain(next(world, tried));
  });

  it("count tries and failures, and remember the last one", () => {
    const world = createWorld({ endpoints: [one] });
    for (const outcome of ["ok", "error", "reset", "timeout", "cancelled"] as const) finish(world, outcome);
    world.time.advance(250);
    expect(world.service.snapshot().endpoints[0]).toMatchObject({
      requests: 5,
      failures: 3,
      inFlight: 0,
      lastFailure: { agoMs: 250, reason: "timeout" },
    });
  });

  it("measure latency only for algorithms that ask for it", () => {
    const measured = (algorithm: string): number | null | undefined => {
      const world = createWorld({ endpoints: [one], algorithm });
      const endpoint = world.service.acquire(undefined, undefined)!;
      world.service.release(endpoint, "ok", 12);
      return world.service.snapshot().endpoints[0]?.latencyMs;
    };
    expect(measured("round-robin")).toBeNull();
    expect(measured("peak-ewma")).toBe(12);
  });

  it("only a failed connection puts an endpoint aside; resets, errors and timeouts do not", () => {
    const world = createWorld({ endpoints: urls(3) });
    for (const outcome of ["reset", "error", "timeout", "cancelled"] as const) finish(world, outcome);
    expect(world.service.snapshot().endpoints.every(({ eligible }) => eligible)).toBe(true);
    const aside = finish(world, "connect-failure");
    expect(picks(world, 30)).not.toContain(aside);
  });

  it("a service's only endpoint is tried whatever happened", () => {
    const world = createWorld({ endpoints: [one], panicThreshold: 0 });
    for (let i = 0; i < 5; i++) expect(finish(world, "connect-failure")).toBe(one);
    expect(world.service.snapshot().endpoints[0]).toMatchObject({ health: "unhealthy", eligible: true });
    world.time.advance(10);
    expect(next(world)).toBe(one);
    expect(world.service.endpoints[0]?.health).toBe("healthy");
  });

  it("in panic the first try ignores health, and a retry goes to the endpoint that is not known to be bad", () => {
    const { service } = createWorld({ endpoints: urls(9) });
    const good = "http://localhost:9";
    for (const endpoint of service.endpoints.filter(({ id }) => id !== good)) {
      endpoint.candidate.inFlight++;
      service.release(endpoint, "connect-failure", -1);
    }
    expect(service.snapshot().mode).toBe("panic");
    const firsts = Array.from({ length: 9 }, () => service.acquire(undefined, undefined)!.id);
    expect(new Set(firsts).size).toBe(9);
    for (const id of firsts.filter((first) => first !== good)) expect(service.acquire(undefined, [id])?.id).toBe(good);
    // Where the good one has been tried, the others are better than nothing.
    expect(service.acquire(undefined, [good])?.id).not.toBe(good);
  });

  it("pick nothing when every endpoint is drained or of weight 0", () => {
    const world = createWorld({ endpoints: [one, { url: two, weight: 0 }] });
    world.service.drain(one);
    expect(world.service.acquire(undefined, undefined)).toBeUndefined();
  });

  it("never count below zero when a try is released twice", () => {
    const { service } = createWorld({ endpoints: [one] });
    const endpoint = service.acquire(undefined, undefined)!;
    service.release(endpoint, "ok", 1);
    service.release(endpoint, "ok", 1);
    expect(endpoint.candidate.inFlight).toBe(0);
  });
});

describe("failover", () => {
  /** Sends one request the way the gateway does: tries, asks `retry.decide`, tries elsewhere. */
  function send(world: World, alive: ReadonlySet<string>): { ok: boolean; tries: string[] } {
    const tries: string[] = [];
    for (let attempt = 0; ; attempt++) {
      const endpoint = world.service.acquire(undefined, tries.length === 0 ? undefined : tries);
      if (endpoint === undefined) return { ok: false, tries };
      tries.push(endpoint.id);
      const ok = alive.has(endpoint.id);
      world.service.release(endpoint, ok ? "ok" : "connect-failure", ok ? 1 : -1);
      if (ok) return { ok, tries };
      const facts = { outcome: "connect-failure", method: "POST", bodyReplayable: false } as const;
      const wire = { connectionReused: false, bytesSent: 0, bytesReceived: 0, responseForwarded: false };
      const decision = world.service.retry.decide({ attempt, ...facts, ...wire }, world.service.hasOther(tries));
      if (!decision.retry) return { ok: false, tries };
      world.time.advance(decision.delayMs);
    }
  }

  function load(
    world: World,
    alive: ReadonlySet<string>,
    ms: number,
  ): { failed: number; wasted: number; ids: string[] } {
    const results = Array.from({ length: ms }, () => {
      world.time.advance(1);
      return send(world, alive);
    });
    return {
      failed: results.filter(({ ok }) => !ok).length,
      wasted: results.filter(({ tries }) => tries.length > 1).length,
      ids: results.flatMap(({ tries }) => tries),
    };
  }

  it.each(["round-robin", "least-conn", "p2c", "random"])("%s: one of three killed, and back", (algorithm) => {
    const world = createWorld({ endpoints: urls(3), algorithm });
    const alive = new Set(urls(3));
    world.probes.answer = (id) => alive.has(id);
    world.service.start();
    expect(load(world, alive, 500).failed).toBe(0);
    alive.delete(two);
    // One try finds out, and no request fails or is even slowed down after it.
    expect(load(world, alive, 3_000)).toMatchObject({ failed: 0, wasted: 1 });
    alive.add(two);
    expect(load(world, alive, 1_100).failed).toBe(0);
    expect(load(world, alive, 100).ids.filter((id) => id === two).length).toBeGreaterThan(15);
  });

  it("two of three killed: no failed request, although that is panic", () => {
    const world = createWorld({ endpoints: urls(3) });
    const alive = new Set([three]);
    world.probes.answer = (id) => alive.has(id);
    world.service.start();
    expect(load(world, alive, 1_000).failed).toBe(0);
  });

  it("nineteen of twenty killed: no failed request, with two extra tries", () => {
    const world = createWorld({ endpoints: urls(20) });
    const alive = new Set(["http://localhost:20"]);
    world.probes.answer = (id) => alive.has(id);
    world.service.start();
    load(world, alive, 20);
    expect(load(world, alive, 1_000).failed).toBe(0);
  });

  it.each([0.5, 0])(
    "all killed: quick failures, and the first one that returns is used within a second (%d)",
    (panic) => {
      const world = createWorld({ endpoints: urls(3), panicThreshold: panic === 0 ? 0 : "50%" });
      const alive = new Set<string>();
      world.probes.answer = (id) => alive.has(id);
      world.service.start();
      const down = load(world, alive, 2_000);
      expect(down.failed).toBe(2_000);
      alive.add(three);
      load(world, alive, 1_002);
      expect(load(world, alive, 100).failed).toBe(0);
    },
  );
});

describe("membership, drain and weight at run time", () => {
  it("drain takes no new exchanges and leaves those in flight; enable takes it back", () => {
    const world = createWorld({ endpoints: urls(2) });
    const busy = world.service.acquire(undefined, undefined)!;
    expect(world.service.drain(busy.id)).toBe(true);
    expect(picks(world, 10)).not.toContain(busy.id);
    expect(world.service.snapshot().endpoints.find(({ id }) => id === busy.id)).toMatchObject({
      draining: true,
      inFlight: 1,
      eligible: false,
    });
    world.service.release(busy, "ok", 1);
    expect(world.detached).toEqual([]);
    expect(world.service.enable(busy.id)).toBe(true);
    expect(picks(world, 10)).toContain(busy.id);
  });

  it("setWeight shifts the shares at once, and 0 stops new exchanges", () => {
    const world = createWorld({ endpoints: urls(2), algorithm: "weighted-round-robin" });
    world.service.setWeight(one, 3);
    expect(picks(world, 40).filter((id) => id === one)).toHaveLength(30);
    world.service.setWeight(one, 0);
    expect(picks(world, 10)).not.toContain(one);
  });

  it("setWeight reaches algorithms that build tables from weights", () => {
    const { service } = createWorld({ endpoints: urls(2), algorithm: "maglev" });
    const shareOfOne = () => {
      const keys = Array.from({ length: 2_000 }, (_, i) => `key-${i}`);
      return keys.filter((key) => service.acquire(key, undefined)?.id === one).length / keys.length;
    };
    // 2000 keys at p = 1/2 and 3/4: standard deviations of 1.1 and 1.0 percentage points.
    expect(Math.abs(shareOfOne() - 0.5)).toBeLessThan(0.06);
    service.setWeight(one, 3);
    expect(Math.abs(shareOfOne() - 0.75)).toBeLessThan(0.06);
  });

  it("know no endpoint by another name, and no weight below 0", () => {
    const { service } = createWorld({ endpoints: [one] });
    expect([service.drain("x"), service.enable("x"), service.setWeight("x", 1)]).toEqual([false, false, false]);
    expect(() => service.setWeight(one, -1)).toThrow(RangeError);
    expect(() => service.setWeight(one, Number.NaN)).toThrow(RangeError);
  });

  it("update: an endpoint that leaves gets nothing new, and is detached when its last exchange ends", () => {
    const world = createWorld({ endpoints: urls(2) });
    const { service, detached } = world;
    const held = [service.acquire(undefined, undefined)!, service.acquire(undefined, undefined)!];
    const leaving = held.find(({ id }) => id === one)!;
    service.update([service.endpoints.find(({ id }) => id === two)!.spec]);
    expect(picks(world, 5)).toEqual([two, two, two, two, two]);
    expect(detached).toEqual([]);
    service.release(leaving, "ok", 1);
    expect(detached).toEqual([one]);
  });

  it("update: an idle endpoint that leaves is detached at once, and one that joins is attached", () => {
    const world = createWorld({ endpoints: urls(2) });
    const [first, second] = world.service.endpoints.map(({ spec }) => spec) as [never, never];
    world.service.update([second, { ...(first as object), id: three, port: 3 } as never]);
    expect(world.detached).toEqual([one]);
    expect(new Set(picks(world, 4))).toEqual(new Set([two, three]));
  });

  it("update: an endpoint that left and came back is a new one; the old one ends by itself", () => {
    const world = createWorld({ endpoints: urls(2) });
    const { service } = world;
    const specs = service.endpoints.map(({ spec }) => spec);
    const old = service.acquire(undefined, undefined)!;
    service.update(specs.filter(({ id }) => id !== old.id));
    service.update(specs);
    const fresh = service.endpoints.find(({ id }) => id === old.id)!;
    expect(fresh).not.toBe(old);
    service.release(old, "connect-failure", -1);
    expect(fresh).toMatchObject({ health: "unknown", requests: 0 });
    expect(world.detached).toEqual([old.id]);
  });

  it("update: those that stay keep health, drain and a weight set by hand, until the list changes that weight", () => {
    const { service } = createWorld({ endpoints: urls(2) });
    service.setWeight(one, 7);
    service.drain(two);
    const specs = service.endpoints.map(({ spec }) => spec);
    service.update(specs);
    expect(service.snapshot().endpoints).toMatchObject([{ weight: 7 }, { draining: true }]);
    service.update(specs.map((spec) => ({ ...spec, weight: 2, backup: spec.id === two })));
    expect(service.snapshot().endpoints).toMatchObject([{ weight: 2 }, { weight: 2, backup: true }]);
  });
});

describe("what others read", () => {
  it("snapshot is plain JSON", () => {
    const world = createWorld({ endpoints: [one, { url: two, backup: true, zone: "b" }] });
    world.time.advance(40);
    const snapshot = world.service.snapshot();
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
    expect(snapshot).toMatchObject({ service: "users", algorithm: "round-robin", mode: "normal" });
    expect(snapshot.endpoints[1]).toEqual({
      id: two,
      weight: 1,
      backup: true,
      zone: "b",
      health: "unknown",
      reason: null,
      sinceMs: 40,
      eligible: false,
      draining: false,
      inFlight: 0,
      requests: 0,
      failures: 0,
      latencyMs: null,
      lastFailure: null,
      ejected: null,
    });
  });

  it("tells changes of health with the reason", () => {
    const world = createWorld({ endpoints: urls(2) });
    const endpoint: LiveEndpoint<unknown> = world.service.acquire(undefined, undefined)!;
    world.service.release(endpoint as never, "connect-failure", -1, "connection timed out");
    expect(world.changes).toEqual([`${endpoint.id} unknown → unhealthy: connection timed out`]);
  });

  it("names the key that is to be hashed, for algorithms that hash", () => {
    expect(createWorld({ endpoints: [one] }).service.key).toBeUndefined();
    const algorithm = { name: "consistent-hash", key: "header:x-user" };
    expect(createWorld({ endpoints: [one], algorithm }).service.key).toEqual({ from: "header", name: "x-user" });
  });
});
