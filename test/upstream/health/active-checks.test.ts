import { describe, expect, it } from "vitest";
import { createWorld, urls } from "../manual-world.ts";

const health = { path: "/healthz", interval: "2s", timeout: "1s" };

describe("active checks", () => {
  it("run only between start and stop, and leave no timer and no probe behind", () => {
    const { service, time, probes } = createWorld({ endpoints: urls(3), health });
    time.advance(10_000);
    expect(probes.asked).toHaveLength(0);
    service.start();
    time.advance(100);
    expect(probes.asked).toHaveLength(3);
    expect(probes.open).toBe(3);
    service.stop();
    expect({ timers: time.pending, open: probes.open }).toEqual({ timers: 0, open: 0 });
    time.advance(10_000);
    expect(probes.asked).toHaveLength(3);
  });

  it("spread the first round: 100 endpoints over a second, never many in one millisecond", () => {
    const { service, time, probes } = createWorld({ endpoints: urls(100), health });
    service.start();
    time.advance(1_000);
    expect(probes.asked).toHaveLength(100);
    const perMs = new Map<number, number>();
    for (const { at } of probes.asked) perMs.set(Math.floor(at), (perMs.get(Math.floor(at)) ?? 0) + 1);
    // 100 uniform in 1000 ms: six or more in one of them has probability below 1000 · C(100,6) · 10⁻¹⁸ ≈ 10⁻⁶.
    expect(Math.max(...perMs.values())).toBeLessThan(6);
  });

  it("go from begin to begin, one interval apart, however long the answer took", () => {
    const { service, time, probes } = createWorld({ endpoints: urls(1), health });
    probes.answer = () => true;
    probes.delay = 700;
    service.start();
    time.advance(10_000);
    const begins = probes.asked.map(({ at }) => at);
    expect(begins.length).toBe(5);
    for (let i = 1; i < begins.length; i++) expect(begins[i]! - begins[i - 1]!).toBeCloseTo(2_000, 6);
  });

  it("follow at once when an answer took longer than the interval, and never overlap", () => {
    const { service, time, probes } = createWorld({
      endpoints: urls(1),
      health: { path: "/", interval: "100ms", timeout: "1s" },
    });
    probes.answer = () => true;
    probes.delay = 350;
    service.start();
    time.advance(1_000);
    expect(probes.asked.length).toBe(3);
    expect(probes.open).toBe(1);
  });

  it("ask what the config says", () => {
    const { service, time, probes } = createWorld({ endpoints: urls(1), health: { ...health, expect: 204 } });
    service.start();
    time.advance(100);
    expect(probes.asked[0]?.request).toMatchObject({
      check: { kind: "http", path: "/healthz" },
      timeout: 1_000,
      expect: [{ from: 204, to: 204 }],
    });
  });

  it("put an endpoint aside after `fall` failures and bring it back after `rise` passes, with an event each", () => {
    const { service, time, probes, changes } = createWorld({ endpoints: urls(3), health: { ...health, rise: 2 } });
    let up = true;
    probes.answer = (id) => id !== "http://localhost:2" || up;
    service.start();
    time.advance(1_999);
    up = false;
    time.advance(2_000);
    expect(service.snapshot().endpoints.map(({ eligible }) => eligible)).toEqual([true, true, true]);
    time.advance(2_000);
    expect(service.snapshot().endpoints.map(({ eligible }) => eligible)).toEqual([true, false, true]);
    up = true;
    time.advance(2_000);
    expect(service.snapshot().endpoints[1]?.eligible).toBe(false);
    time.advance(2_000);
    expect(service.snapshot().endpoints[1]?.eligible).toBe(true);
    expect(changes.filter((change) => change.includes(":2 "))).toEqual([
      "http://localhost:2 unknown → healthy: HTTP 200",
      "http://localhost:2 healthy → unhealthy: HTTP 503",
      "http://localhost:2 unhealthy → healthy: HTTP 200",
    ]);
  });

  it("have the say: traffic that succeeds does not overrule them, a refused connection does until they pass", () => {
    const { service, time, probes } = createWorld({ endpoints: urls(3), health });
    let up = true;
    probes.answer = (id) => id !== "http://localhost:1" || up;
    service.start();
    time.advance(100);
    const endpoint = service.acquire(undefined, undefined)!;
    up = false;
    service.release(endpoint, "connect-failure", -1, "connection refused");
    expect(endpoint.health).toBe("unhealthy");
    endpoint.candidate.inFlight++;
    service.release(endpoint, "ok", 0);
    expect(endpoint.health).toBe("unhealthy");
    time.advance(4_000);
    expect(endpoint.health).toBe("unhealthy");
    up = true;
    time.advance(2_000);
    expect(endpoint.health).toBe("healthy");
  });

  it("follow membership: those that join are checked, those that leave are not", () => {
    const { service, time, probes } = createWorld({ endpoints: urls(2), health });
    probes.answer = () => true;
    service.start();
    time.advance(100);
    const [first, second] = service.endpoints.map(({ spec }) => spec);
    service.update([second!, { ...first!, id: "http://localhost:9", port: 9 }]);
    probes.asked.length = 0;
    time.advance(2_100);
    expect(new Set(probes.asked.map(({ id }) => id))).toEqual(new Set(["http://localhost:2", "http://localhost:9"]));
    service.stop();
    expect(time.pending).toBe(0);
  });

  it("do not draw from the source that picks draw from", () => {
    const pick = (checked: boolean): string[] => {
      const { service, time, probes } = createWorld({ endpoints: urls(5), health, algorithm: "random" });
      probes.answer = () => true;
      if (checked) service.start();
      time.advance(20_000);
      return Array.from({ length: 50 }, () => service.acquire(undefined, undefined)!.id);
    };
    expect(pick(true)).toEqual(pick(false));
  });
});

describe("checkNow", () => {
  it("checks every endpoint once and resolves when all have answered", async () => {
    const { service, time, probes } = createWorld({ endpoints: urls(2), health });
    const done = service.checkNow();
    expect(probes.asked).toHaveLength(2);
    for (const asked of probes.asked) asked.report({ passed: true, reason: "HTTP 200" });
    await done;
    expect(service.endpoints.map((endpoint) => endpoint.health)).toEqual(["healthy", "healthy"]);
    expect({ timers: time.pending, open: probes.open }).toEqual({ timers: 0, open: 0 });
  });

  it("asks for a connection where no check is configured, and puts aside who refuses", async () => {
    const { service, probes } = createWorld({ endpoints: urls(3) });
    const done = service.checkNow();
    expect(probes.asked[0]?.request.check).toEqual({ kind: "tcp" });
    probes.asked[0]?.report({ passed: false, reason: "connection refused" });
    probes.asked[1]?.report({ passed: true, reason: "accepts connections" });
    probes.asked[2]?.report({ passed: true, reason: "accepts connections" });
    await done;
    expect(service.snapshot().endpoints[0]).toMatchObject({
      health: "unhealthy",
      reason: "connection refused",
      eligible: false,
    });
  });

  it("resolves when stop ends it", async () => {
    const { service, probes } = createWorld({ endpoints: urls(2), health });
    const done = service.checkNow();
    service.stop();
    await done;
    expect(probes.open).toBe(0);
  });

  it("leaves UDP alone: it accepts no connection", async () => {
    const { service, probes } = createWorld({ endpoints: ["udp://localhost:1"] });
    await service.checkNow();
    expect(probes.asked).toHaveLength(0);
  });
});
