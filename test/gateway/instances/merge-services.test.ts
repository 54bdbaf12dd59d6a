import { describe, expect, it } from "vitest";
import { mergeServices } from "../../../src/gateway/instances/merge-services.ts";
import type { EndpointSnapshot, ServiceSnapshot } from "../../../src/upstream/snapshot.ts";

const NONE = () => ({ requests: 0, failures: 0 });
const endpoint = (changes: Partial<EndpointSnapshot> = {}): EndpointSnapshot => ({
  id: "http://localhost:4001",
  weight: 1,
  backup: false,
  zone: null,
  health: "healthy",
  reason: null,
  sinceMs: 1_000,
  eligible: true,
  draining: false,
  inFlight: 0,
  requests: 0,
  failures: 0,
  latencyMs: null,
  lastFailure: null,
  ejected: null,
  ...changes,
});
const service = (endpoints: EndpointSnapshot[], mode: ServiceSnapshot["mode"] = "normal"): ServiceSnapshot[] => [
  { service: "users", algorithm: "round-robin", mode, endpoints },
];
const merged = (...views: Partial<EndpointSnapshot>[]) =>
  mergeServices(
    views.map((view) => service([endpoint(view)])),
    NONE,
  )[0]?.endpoints[0];

describe("an endpoint as several instances see it", () => {
  it("adds up what they count, and what those counted that have ended", () => {
    const views = [
      service([endpoint({ inFlight: 2, requests: 10, failures: 1 })]),
      service([endpoint({ inFlight: 3, requests: 20, failures: 0 })]),
    ];
    const [users] = mergeServices(views, (name, id) => {
      expect([name, id]).toEqual(["users", "http://localhost:4001"]);
      return { requests: 100, failures: 7 };
    });
    expect(users?.endpoints).toEqual([endpoint({ inFlight: 5, requests: 130, failures: 8 })]);
  });

  it("is down with the reason of who has known it longest, and says if others see it otherwise", () => {
    const down = (sinceMs: number, reason: string) => ({ health: "unhealthy", sinceMs, reason }) as const;
    expect(merged(down(10, "late"), down(500, "early"))).toMatchObject({
      health: "unhealthy",
      sinceMs: 500,
      reason: "early",
    });
    expect(merged(down(10, "a"), down(5, "b"))).not.toHaveProperty("healthByInstance");
    expect(merged({ health: "healthy" }, { ...down(10, "refused"), eligible: false })).toMatchObject({
      health: "unhealthy",
      reason: "refused",
      eligible: true,
      healthByInstance: { healthy: 1, unhealthy: 1 },
    });
  });

  it("is healthy if some have not looked yet", () => {
    expect(merged({ health: "unknown" }, { health: "healthy" })).toMatchObject({ health: "healthy" });
    expect(merged({ health: "unknown" }, { health: "healthy" })).not.toHaveProperty("healthByInstance");
  });

  it("has the mean latency, weighed by requests, and the latest failure", () => {
    const views = merged(
      { latencyMs: 10, requests: 30, lastFailure: { agoMs: 900, reason: "old" } },
      { latencyMs: 20, requests: 10, lastFailure: { agoMs: 50, reason: "new" } },
      { latencyMs: null },
    );
    expect(views?.latencyMs).toBe(12.5);
    expect(views?.lastFailure).toEqual({ agoMs: 50, reason: "new" });
  });

  it("may be known to some only", () => {
    const other = endpoint({ id: "http://localhost:4002" });
    const [users] = mergeServices([service([endpoint()]), service([endpoint(), other])], NONE);
    expect(users?.endpoints.map(({ id }) => id)).toEqual(["http://localhost:4001", "http://localhost:4002"]);
  });
});

describe("a service as several instances see it", () => {
  it("is in the worst mode that one of them is in, and says how many are", () => {
    const views = [service([], "normal"), service([], "none"), service([], "normal")];
    expect(mergeServices(views, NONE)[0]).toMatchObject({ mode: "none", modeByInstance: { normal: 2, none: 1 } });
    expect(mergeServices([service([], "panic"), service([], "panic")], NONE)[0]).toEqual({
      service: "users",
      algorithm: "round-robin",
      mode: "panic",
      endpoints: [],
    });
  });
});
