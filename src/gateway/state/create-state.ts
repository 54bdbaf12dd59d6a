import type { StateChange } from "../../exchange/state-connection.ts";
import type { Clock } from "../../shared/clock.ts";
import { parseRedisUrl } from "../../shared/redis-url.ts";
import { createRng } from "../../shared/rng.ts";
import { RedisState } from "./redis-state.ts";

/**
 * The store that `state:` of the config names; `undefined` where that is memory. Connects when it is started.
 * @throws TypeError for what `config` refuses
 */
export function createState(
  state: string,
  clock: Clock,
  seed: number | string,
  onChange: ((change: StateChange) => void) | undefined,
): RedisState | undefined {
  if (state === "memory") return undefined;
  const address = parseRedisUrl(state);
  if (typeof address === "string") throw new TypeError(`the URL of \`state\` ${address}`);
  return new RedisState({ address, clock, rng: createRng(`${seed}:state`), onChange });
}
