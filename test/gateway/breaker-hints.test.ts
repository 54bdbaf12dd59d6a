import { describe, expect, it } from "vitest";
import type { StateConnection } from "../../src/exchange/state-connection.ts";
import { BreakerHints } from "../../src/gateway/breaker-hints.ts";
import { BreakerWatch } from "../../src/upstream/breaker-watch.ts";
import { ManualTime } from "../upstream/manual-world.ts";

const SPEC = { errorRate: 0.5, minimumRequests: 2, window: 10_000, openFor: 5_000, halfOpenRequests: 1 };

/** A store in memory, and two gateways that share it. */
function twoGateways() {
  const time = new ManualTime();
  const kept = new Map<string, number>();
  const store = { isUp: true };
  const state: StateConnection = {
    get isUp() {
      return store.isUp;
    },
    get: async (key) => ((kept.get(key) ?? 0) > time.now() ? new Uint8Array() : null),
    set: async (key, _, ttl) => {
      kept.set(key, time.now() + ttl);
      return true;
    },
    del: async (key) => Number(kept.delete(key ?? "")),
    eval: async () => undefined,
  };
  const gateway = () => {
    const said: string[] = [];
    const breaker = new BreakerWatch(SPEC, time.now(), (from, to, reason) => {
      said.push(`${from} → ${to}: ${reason}`);
      hints.tell("app", to, reason);
    });
    const hints = new BreakerHints(state, [{ name: "app", breaker }], () => time.now(), time);
    hints.start();
    const fail = (): void => {
      for (let i = 0; i < 2; i++) if (breaker.admits(time.now())) breaker.ended("error", breaker.epoch, time.now());
    };
    return { breaker, fail, said, stop: () => hints.stop() };
  };
  const later = async (ms: number): Promise<void> => {
    time.advance(ms);
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  return { a: gateway(), b: gateway(), later, store, kept, time };
}

describe("breakers of gateways that share a store", () => {
  it("open within a second of the first, each for its own rest, and say why", async () => {
    const { a, b, later } = twoGateways();
    a.fail();
    expect([a.breaker.phase, b.breaker.phase]).toEqual(["open", "closed"]);
    await later(1_000);
    expect([b.breaker.phase, b.said]).toEqual(["open", ["closed → open: another gateway's is open"]]);
  });

  it("do not keep one another open", async () => {
    const { a, b, later, time } = twoGateways();
    a.fail();
    await later(1_000);
    await later(5_000);
    for (const { breaker } of [a, b]) {
      expect(breaker.admits(time.now())).toBe(true);
      breaker.ended("ok", breaker.epoch, time.now());
    }
    await later(3_000);
    expect([a.breaker.phase, b.breaker.phase]).toEqual(["closed", "closed"]);
  });

  it("take the hint back when the first one closes", async () => {
    const { a, later, kept, time } = twoGateways();
    a.fail();
    await later(5_000);
    a.breaker.admits(time.now());
    a.breaker.ended("ok", a.breaker.epoch, time.now());
    expect(kept.size).toBe(0);
  });

  it("go each by its own while the store is gone", async () => {
    const { a, b, later, store } = twoGateways();
    store.isUp = false;
    a.fail();
    await later(2_000);
    expect([a.breaker.phase, b.breaker.phase]).toEqual(["open", "closed"]);
  });

  it("ask no more once they are stopped", () => {
    const { a, b, time } = twoGateways();
    a.stop();
    b.stop();
    expect(time.pending).toBe(0);
  });
});
