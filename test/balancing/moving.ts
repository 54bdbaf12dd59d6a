import { expect } from "vitest";
import type { EndpointId } from "../../src/balancing/algorithm.ts";
import { candidate, fleet, keysOf, placement } from "./support.ts";

/** What moves among `count` keys when an eleventh member joins ten: to the newcomer, and between two others. */
export function movesOnJoin(name: string, count = 100_000, options = {}) {
  const members = fleet(10);
  const keys = keysOf(count);
  const newcomer = candidate("http://10.9.9.9:8080");
  const before = placement(name, members, keys, options);
  const after = placement(name, [...members, newcomer], keys, options);
  return moves(keys, before, after, newcomer.id);
}

function moves(
  keys: readonly string[],
  before: ReadonlyMap<string, EndpointId | undefined>,
  after: ReadonlyMap<string, EndpointId | undefined>,
  newcomer: EndpointId,
) {
  const moved = keys.filter((key) => before.get(key) !== after.get(key));
  const toNewcomer = moved.filter((key) => after.get(key) === newcomer).length;
  expect(moved.length).toBeGreaterThan(0);
  return { toNewcomer: toNewcomer / keys.length, between: (moved.length - toNewcomer) / keys.length };
}
