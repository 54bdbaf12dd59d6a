import { createHash } from "node:crypto";
import type { StateScript } from "../../exchange/state-connection.ts";

/**
 * Says what is valid under a key, unless what is there was changed a moment ago: what a gateway had fetched before, and writes
 * after, would else outlive what has changed it.
 *
 * - KEYS: what holds the valid version; what is there for a moment after such a change.
 * - ARGV: the version; how long it is kept, in ms.
 *
 * Returns 1, or 0 if it is not to be kept.
 */
const LUA = `
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

export const CLAIM_SCRIPT: StateScript = { lua: LUA, sha1: createHash("sha1").update(LUA).digest("hex") };
