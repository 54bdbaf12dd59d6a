import { createHash } from "node:crypto";
import type { StateConnection, StateScript } from "../../exchange/state-connection.ts";
import { systemClock } from "../../shared/clock.ts";
import { createState } from "./create-state.ts";

/** The secret that is there; else the one that is brought, which then is it. */
const LUA = `local there = redis.call("GET", KEYS[1])
if there then return there end
redis.call("SET", KEYS[1], ARGV[1])
return ARGV[1]`;

const SCRIPT: StateScript = { lua: LUA, sha1: createHash("sha1").update(LUA).digest("hex") };
const KEY = "secret:cookies";

/**
 * What cookies are sealed and signed with, the same in all gateways that name the same store: the first one's. So a client that
 * comes to another gateway stays with its endpoint, and logged in.
 *
 * @param state as in the config
 * @param own is used where the store is memory, or does not answer
 */
export async function sharedSecret(state: string, own: Uint8Array): Promise<Uint8Array> {
  const store = createState(state, systemClock, "secret", undefined);
  if (store === undefined) return own;
  try {
    await store.start();
    return await agreedSecret(store, own);
  } finally {
    store.close();
  }
}

/** The same, of a store that is connected. */
export async function agreedSecret(store: StateConnection, own: Uint8Array): Promise<Uint8Array> {
  const agreed = await store.eval(SCRIPT, [KEY], [Buffer.from(own).toString("base64url")]);
  const bytes = typeof agreed === "string" ? Buffer.from(agreed, "base64url") : own;
  // Whatever else stands there is no secret of ours.
  return bytes.length >= 32 ? bytes : own;
}
