import { createHash } from "node:crypto";
import type { StateScript } from "../../exchange/state-connection.ts";

/**
 * Adds a purge to the list of them, as JSON.
 *
 * - KEYS: the list.
 * - ARGV: the purge, as JSON; how long the list is kept, in ms.
 *
 * More than a hundred are as good as one of everything.
 */
const LUA = `
local known = redis.call('GET', KEYS[1])
local list = known and cjson.decode(known) or {}
local said = cjson.decode(ARGV[1])
if #list >= 100 then
  list = {}
  said.purge = { all = true }
end
list[#list + 1] = said
redis.call('SET', KEYS[1], cjson.encode(list), 'PX', ARGV[2])
return #list
`;

export const PURGE_SCRIPT: StateScript = { lua: LUA, sha1: createHash("sha1").update(LUA).digest("hex") };
