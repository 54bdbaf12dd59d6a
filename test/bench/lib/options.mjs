import { parseArgs } from "node:util";
import { loads } from "./loads.mjs";

const names = Object.keys(loads).join(" | ");

export const usage = `npm run bench:peers -- [options]
  --load NAME       ${names} (small)
  --access, --cache --load access, --load cache
  --node VERSION    the Node that runs gatewayctl and the Node peers, fetched by npx: 24 (the one that runs this)
  --node-path FILE  the same, a binary
  --only a,b        only these peers
  --rounds N        every peer has one slice in each (5; idle: 3)
  --seconds N       length of a measured slice (4)
  --connections N   of the load (64; 500: 500; idle: 8000)
  --json FILE       write everything measured
  --assert          exit 2 when a goal is missed
REQUIRE_PEERS=1     a peer that is not installed fails the run`;

/**
 * @param {string[]} args
 * @returns {{ rounds: number, seconds: number, connections: number, only: string[], load: string, node?: string,
 *   nodePath?: string, json?: string, assert: boolean, help: boolean }}
 * @throws {Error} naming the wrong flag or value
 */
export function parseOptions(args) {
  const texts = ["load", "node", "node-path", "only", "rounds", "seconds", "connections", "json"];
  const flags = {
    assert: { type: "boolean" },
    access: { type: "boolean" },
    cache: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  };
  const options = { ...Object.fromEntries(texts.map((name) => [name, { type: "string" }])), ...flags };
  const { values } = parseArgs({ args, options });
  const said = [values.load, values.access && "access", values.cache && "cache"].filter(Boolean);
  if (said.length > 1) throw new Error("--load, --access and --cache: only one of them");
  const [name = "small"] = said;
  if (!Object.hasOwn(loads, name)) throw new Error(`--load: no load "${name}"; there are ${names}`);
  if (values.node !== undefined && values["node-path"] !== undefined)
    throw new Error("--node and --node-path: only one of them");
  const load = loads[name];
  return {
    load: name,
    only: peersOf(load, values.only),
    rounds: positive("rounds", values.rounds, load.rounds),
    seconds: positive("seconds", values.seconds, load.seconds),
    connections: positive("connections", values.connections, load.connections),
    node: values.node,
    nodePath: values["node-path"],
    json: values.json,
    assert: values.assert ?? false,
    help: values.help ?? false,
  };
}

function peersOf({ peers }, only) {
  const chosen = only?.split(",").map((name) => name.trim()) ?? peers;
  for (const name of chosen) {
    if (!peers.includes(name))
      throw new Error(`--only: no peer "${name}" under this load; there are ${peers.join(", ")}`);
  }
  return chosen;
}

function positive(name, value, fallback) {
  const number = value === undefined ? fallback : Number(value);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name}: "${value}" is not a whole number above 0`);
  return number;
}
