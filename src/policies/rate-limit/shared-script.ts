import { createHash } from "node:crypto";
import type { StateScript } from "../../exchange/state-connection.ts";
import type { CounterState } from "./algorithms/rate-algorithm.ts";
import type { RateAlgorithmName } from "./algorithms/index.ts";

/** How the script knows an algorithm, and the names of what it keeps, in the order in which the script has them. */
export const SCRIPT_ALGORITHMS: Readonly<Record<RateAlgorithmName, readonly [letter: string, ...string[]]>> = {
  "token-bucket": ["t", "spent", "at"],
  "leaky-bucket": ["l", "held", "at"],
  "fixed-window": ["f", "start", "count"],
  "sliding-window": ["s", "start", "current", "previous"],
};

/** How many numbers the script keeps of one subject. */
const KEPT = 3;
/** Of one charge, the script says whether it may pass, and then these. */
export const ANSWERED = 1 + KEPT;

/**
 * The algorithms of `algorithms/` once more, for many requests at once, in the place where the counts are. Of each it does
 * what must not be divided: settle, decide, charge. What clients are told is worked out of what it returns, by the
 * algorithms themselves.
 *
 * Time is the store's own: gateways' clocks differ, and a count that is settled with two clocks in turn loses time at every
 * change. In whole ms, so that whole numbers stay whole.
 *
 * - KEYS: a subject of a rule each.
 * - ARGV: the time, or "" for the store's; for each key: letter, limit, window, capacity; then for each request: how many
 *   charges, and of each the number of its key, negative where its rule is not enforced.
 * - Returns the time; then for each charge 1 or 0, and what was counted before it, settled.
 *
 * A key lasts for as long as what is counted under it matters; then a subject is as good as a new one.
 */
const LUA = `
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local subjects = {}
local arg = 2
for i = 1, #KEYS do
  local kind, limit, window, capacity =
    ARGV[arg], tonumber(ARGV[arg + 1]), tonumber(ARGV[arg + 2]), tonumber(ARGV[arg + 3])
  arg = arg + 4
  local a, b, c
  local known = redis.call('GET', KEYS[i])
  if known then
    a, b, c = string.match(known, '^(%S+) (%S+) (%S+)$')
    a, b, c = tonumber(a), tonumber(b), tonumber(c)
  end
  if kind == 't' or kind == 'l' then
    if not a then a, b = 0, now end
    if now > b then a = math.max(a - (now - b) * limit, 0) end
    b, c = now, 0
  elseif kind == 'f' then
    if not a then a, b = now, 0 end
    if b == 0 or now < a then
      a = now
    elseif now - a >= window then
      a, b = now, 0
    end
    c = 0
  else
    if not a then a, b, c = now, 0, 0 end
    if now < a then a = now end
    local elapsed = now - a
    if elapsed >= window then
      if elapsed < 2 * window then
        a, b, c = a + window, 0, b
      else
        a, b, c = now, 0, 0
      end
    end
  end
  subjects[i] = { kind = kind, limit = limit, window = window, capacity = capacity, a = a, b = b, c = c }
end

local function may_pass(s)
  if s.kind == 't' then return s.capacity * s.window - s.a >= s.window end
  if s.kind == 'l' then return s.capacity * s.window - s.a >= 0 end
  if s.kind == 'f' then return s.b < s.limit end
  return (s.limit - s.b) * s.window - s.c * (s.window - (now - s.a)) > 0
end

-- Answers are whole numbers, or texts.
local function exact(number)
  return number % 1 == 0 and number or string.format('%.17g', number)
end

local answer = { now }
while ARGV[arg] do
  local first, last = arg + 1, arg + tonumber(ARGV[arg])
  local denied = false
  local passing = {}
  for i = first, last do
    local index = tonumber(ARGV[i])
    local s = subjects[math.abs(index)]
    local passes = may_pass(s)
    if passes then passing[#passing + 1] = s elseif index > 0 then denied = true end
    answer[#answer + 1] = passes and 1 or 0
    answer[#answer + 1] = exact(s.a)
    answer[#answer + 1] = exact(s.b)
    answer[#answer + 1] = exact(s.c)
  end
  if not denied then
    for i = 1, #passing do
      local s = passing[i]
      if s.kind == 't' or s.kind == 'l' then s.a = s.a + s.window else s.b = s.b + 1 end
    end
  end
  arg = last + 1
end

for i = 1, #KEYS do
  local s = subjects[i]
  local matters
  if s.kind == 't' or s.kind == 'l' then matters = s.a / s.limit
  elseif s.kind == 's' then matters = 2 * s.window - (now - s.a)
  elseif s.b > 0 then matters = s.window - (now - s.a)
  else matters = 0 end
  if matters > 0 then
    redis.call('SET', KEYS[i], string.format('%.17g %.17g %.17g', s.a, s.b, s.c), 'PX',
      string.format('%d', math.ceil(matters)))
  end
end
return answer
`;

/** Whole numbers, and texts for others. */
export type ScriptAnswer = readonly (number | string)[];

export const COUNT_SCRIPT: StateScript = { lua: LUA, sha1: createHash("sha1").update(LUA).digest("hex") };

/** One subject's state out of the script's answer, `from` where it begins. */
export function stateFrom(algorithm: RateAlgorithmName, answer: ScriptAnswer, from: number): CounterState {
  const [, ...names] = SCRIPT_ALGORITHMS[algorithm];
  return Object.fromEntries(names.map((name, i) => [name, Number(answer[from + i])]));
}
