import { describe, expect, it } from "vitest";
import { recoveryDelay } from "../../../src/upstream/health/recovery-probes.ts";
import { createWorld, urls, type World } from "../manual-world.ts";

function refuse(world: World, id: string): void {
  const endpoint = world.service.endpoints.find((one) => one.id === id)!;
  endpoint.candidate.inFlight++;
  world.service.release(endpoint, "connect-failure", -1);
}

describe("recovery after a refused connection, without active checks", () => {
  it("puts the endpoint aside at once, and probes it each second until it accepts", () => {
    const world = createWorld({ endpoints: urls(3) });
    const { service, time, probes, changes } = world;
    let up = false;
    probes.answer = () => up;
    service.start();
    refuse(world, "http://localhost:2");
    expect(service.snapshot().endpoints[1]).toMatchObject({ eligible: false, reason: "connection refused" });
    time.advance(10_000);
    // A probe takes 1 ms here, and the next comes 1 s after its answer: at 1.000, 2.001, … 9.008 s.
    expect(probes.asked.length).toBe(9);
    expect(probes.asked.every(({ id, request }) => id === "http://localhost:2" && request.check.kind === "tcp")).toBe(
      true,
    );
    up = true;
    time.advance(1_002);
    expect(service.snapshot().endpoints[1]?.eligible).toBe(true);
    expect(changes).toEqual([
      "http://localhost:2 unknown → unhealthy: connection refused",
      "http://localhost:2 unhealthy → healthy: HTTP 200",
    ]);
    expect({ timers: time.pending, open: probes.open }).toEqual({ timers: 0, open: 0 });
  });

  it("needs no probe when traffic finds out first", () => {
    const world = createWorld({ endpoints: urls(1) });
    const { service, time } = world;
    service.start();
    refuse(world, "http://localhost:1");
    expect(time.pending).toBe(1);
    time.advance(10);
    service.release(service.acquire(undefined, undefined)!, "ok", 5);
    expect(service.endpoints[0]?.health).toBe("healthy");
    expect(time.pending).toBe(0);
  });

  it("does not take an answer to a request from before for a recovery", () => {
    const world = createWorld({ endpoints: urls(2) });
    const { service, time } = world;
    const early = service.acquire(undefined, undefined)!;
    time.advance(100);
    refuse(world, early.id);
    time.advance(20);
    service.release(early, "ok", 120);
    expect(early.health).toBe("unhealthy");
  });

  it("starts no timer before start, and catches up then", () => {
    const world = createWorld({ endpoints: urls(2) });
    refuse(world, "http://localhost:1");
    expect(world.time.pending).toBe(0);
    world.service.start();
    expect(world.time.pending).toBe(1);
    world.service.stop();
    expect(world.time.pending).toBe(0);
  });

  it("ends with membership", () => {
    const world = createWorld({ endpoints: urls(2) });
    world.service.start();
    refuse(world, "http://localhost:1");
    world.service.update([world.service.endpoints[1]!.spec]);
    expect(world.time.pending).toBe(0);
  });

  it("lets a UDP endpoint back after a second, as it cannot be probed", () => {
    const world = createWorld({ endpoints: ["udp://localhost:1", "udp://localhost:2"] });
    world.service.start();
    refuse(world, "udp://localhost:1");
    expect(world.service.snapshot().endpoints[0]?.eligible).toBe(false);
    world.time.advance(1_000);
    expect(world.service.snapshot().endpoints[0]?.eligible).toBe(true);
    expect(world.probes.asked).toHaveLength(0);
  });
});

describe("recoveryDelay", () => {
  it("stays at a second on this machine and backs off to 5 s elsewhere", () => {
    expect([0, 1, 2, 3, 50].map((failures) => recoveryDelay(failures, true))).toEqual([1e3, 1e3, 1e3, 1e3, 1e3]);
    expect([0, 1, 2, 3, 50].map((failures) => recoveryDelay(failures, false))).toEqual([1e3, 2e3, 4e3, 5e3, 5e3]);
  });
});
