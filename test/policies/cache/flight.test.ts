import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Flight, type Landing } from "../../../src/policies/cache/flight.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const AGAIN: Landing = { kind: "again", failures: 0 };

function flightOf(count: number) {
  let landed = 0;
  const flight = new Flight(0, () => landed++);
  const told: string[] = [];
  const waiters = Array.from({ length: count }, (_, i) => ({
    settle: ({ kind }: Landing) => void told.push(`${i} ${kind}`),
  }));
  for (const waiter of waiters) flight.wait(waiter);
  return { flight, told, waiters, landings: () => landed };
}

describe("waiting for another one's response", () => {
  it("ends for all at once, and only once", () => {
    const { flight, told, landings } = flightOf(3);
    flight.giveUp(AGAIN);
    flight.land({ kind: "failed", code: "GW0301" });
    expect([told, landings()]).toEqual([["0 again", "1 again", "2 again"], 1]);
  });

  it("has one more of them go every five seconds, and the first response is for all", () => {
    const { flight, told } = flightOf(4);
    vi.advanceTimersByTime(4_999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(["0 go"]);
    vi.advanceTimersByTime(5_000);
    expect(told).toEqual(["0 go", "1 go"]);
    // Of three on their way, two come to nothing.
    flight.giveUp(AGAIN);
    flight.giveUp(AGAIN);
    expect(told).toHaveLength(2);
    flight.giveUp(AGAIN);
    expect(told.slice(2)).toEqual(["2 again", "3 again"]);
    vi.advanceTimersByTime(60_000);
    expect(told).toHaveLength(4);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("leaves out who has gone, and no timer when all have", () => {
    const { flight, told, waiters } = flightOf(2);
    for (const waiter of waiters) flight.leave(waiter);
    expect([flight.waiting, vi.getTimerCount()]).toEqual([0, 0]);
    flight.land(AGAIN);
    expect(told).toEqual([]);
  });
});
