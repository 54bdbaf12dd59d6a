import { expect, it } from "vitest";
import { isFailure, restartDelay } from "../../src/processes/restart.ts";

it("doubles from 250ms and stays at 10s, however often", () => {
  expect([1, 2, 6, 7, 1_000_000].map(restartDelay)).toEqual([250, 500, 8_000, 10_000, 10_000]);
});

it("takes everything but exit code 0 for a failure", () => {
  expect(isFailure({ code: 0, signal: null })).toBe(false);
  expect(isFailure({ code: 1, signal: null })).toBe(true);
  expect(isFailure({ code: null, signal: "SIGTERM" })).toBe(true);
  expect(isFailure({ code: null, signal: null, reason: "no such folder" })).toBe(true);
});
