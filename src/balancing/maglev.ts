import { z } from "zod";
import type { EndpointId, Member } from "./algorithm.ts";
import { defineAlgorithm } from "./algorithm.ts";
import { firstEligible, honouredExclude } from "./lib/eligibility.ts";
import { hashKey } from "./lib/hash.ts";
import { isPrime, populateTable } from "./lib/maglev-table.ts";
import type { Roster } from "./lib/roster.ts";
import { rosterOf, sameRoster } from "./lib/roster.ts";
import type { Circle } from "./lib/walk.ts";
import { explainWalk, walkFrom, walkOrder } from "./lib/walk.ts";

interface Options {
  readonly tableSize: number;
}

interface State extends Circle, Roster {
  ids: EndpointId[];
  tableSize: number;
  owners: Uint32Array;
}

/** A lookup table that endpoints fill in turns: nearly perfectly even shares, constant time. */
export const maglev = defineAlgorithm<State, Options>({
  name: "maglev",
  docs: {
    summary: "A key's hash is looked up in a table that endpoints filled in turns: very even, little disruption.",
    whenToUse: "Hashing with the most even shares and the cheapest pick; a change of members moves slightly more keys.",
    cost: "O(1), and one step for each ineligible place walked past",
    source: "Eisenbud et al., Maglev: A Fast and Reliable Software Network Load Balancer (NSDI 2016)",
  },
  options: z.strictObject({
    tableSize: z
      .int()
      .max(5_000_011)
      .refine(isPrime, { error: "must be a prime number, as 65537 or 655373" })
      .default(65_537)
      .describe("Places in the table, a prime; above 100 times the endpoints, shares are even within 1 %"),
  }),
  signals: ["key"],
  weights: "used",
  init: (members, options) => build(members, options.tableSize),
  update(state, members) {
    if (!sameRoster(state, rosterOf(members))) Object.assign(state, build(members, state.tableSize));
  },
  pick(state, request, _env, trace) {
    const exclude = honouredExclude(request);
    const start = hashKey(request.key) % state.tableSize;
    const picked = walkFrom(state, start, request, exclude)?.id ?? firstEligible(request.candidates, exclude);
    if (trace !== undefined && picked !== undefined) {
      explainWalk(trace, request, exclude, walkOrder(state, start), picked);
    }
    return picked;
  },
});

function build(members: readonly Member[], tableSize: number): State {
  const roster = rosterOf(members);
  return { ...roster, tableSize, owners: populateTable(roster, tableSize) };
}
