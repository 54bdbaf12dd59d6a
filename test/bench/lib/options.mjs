import { parseArgs } from "node:util";
import { loads } from "./loads.mjs";

export const usage = `npm run bench:peers -- [options]
  --rounds N        rounds; every peer has one slice in each (5)
  --seconds N       length of a measured slice (4)
  --connections N   of the load (64)
  --only a,b        only these peers
  --load NAME       ${Object.keys(loads).join(" | ")} (small)
  --json FILE       write everything measured
  --assert          exit 2 when a goal is missed
REQUIRE_PEERS=1     a peer that is not installed fails the run`;

/**
 * @param {string[]} args
 * @param {string[]} peers the names that --only may have
 * @returns {{ rounds: number, seconds: number, connections: number, only: string[], load: string, json?: string,
 *   assert: boolean, help: boolean }}
 * @throws {Error} naming the wrong flag or value
 */
export function parseOptions(args, peers) {
  const text = { type: "string" };
  const options = { rounds: text, seconds: text, connections: text, only: text, load: text, json: text };
  const flags = { assert: { type: "boolean" }, help: { type: "boolean", short: "h" } };
  const { values } = parseArgs({ args, options: { ...options, ...flags } });
  const only = values.only?.split(",").map((name) => name.trim()) ?? peers;
  for (const name of only) {
    if (!peers.includes(name)) throw new Error(`--only: no peer "${name}"; there are ${peers.join(", ")}`);
  }
  const load = values.load ?? "small";
  if (!Object.hasOwn(loads, load))
    throw new Error(`--load: no load "${load}"; there are ${Object.keys(loads).join(", ")}`);
  return {
    rounds: positive("rounds", values.rounds, 5),
    seconds: positive("seconds", values.seconds, 4),
    connections: positive("connections", values.connections, 64),
    only,
    load,
    ...(values.json === undefined ? {} : { json: values.json }),
    assert: values.assert ?? false,
    help: values.help ?? false,
  };
}

function positive(name, value, fallback) {
  const number = value === undefined ? fallback : Number(value);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name}: "${value}" is not a whole number above 0`);
  return number;
}
