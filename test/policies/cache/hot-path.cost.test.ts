import { describe, expect, it } from "vitest";
import { PolicyRun } from "../../../src/gateway/policy-run.ts";
import type { RoutePlan } from "../../../src/gateway/route-plan.ts";
import { RequestView } from "../../../src/http/exchange/request-view.ts";
import { scanRequest } from "../../../src/http/head/scan-request.ts";
import { CACHE_STORE, cache } from "../../../src/policies/cache/policy.ts";
import { judgeResponse } from "../../../src/policies/cache/response-rules.ts";
import { CacheStore } from "../../../src/policies/cache/store.ts";
import { store } from "../../../src/policies/cache/stored.ts";
import { readFields } from "../../../src/policies/cache/stored-fields.ts";
import { selectingOf } from "../../../src/policies/cache/vary.ts";
import { leastCost } from "../../helpers/cost.ts";
import { policyDeps } from "../support.ts";

/** A request as it is on the wire, so that its fields are read as those of live traffic are. */
function exchangeOf(lines: string): PolicyRun {
  const view = new RequestView();
  const head = `GET /api/users/4711?fields=name HTTP/1.1\r\nHost: api.example.test:8080\r\n${lines}\r\n`;
  const bytes = Buffer.from(head, "latin1");
  if (scanRequest(view.head, bytes, 0, bytes.length, 65_536) <= 0) throw new Error("no head");
  if (view.read() !== undefined) throw new Error("refused");
  const run = new PolicyRun();
  run.begin({
    request: view,
    requestId: "r-1",
    plan: { name: "orders", kind: "respond", policies: [] } as unknown as RoutePlan,
  });
  return run;
}

const WALL = Date.UTC(2026, 0, 1);

/** As a browser sends them. */
const LINES = [
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
  "Accept: application/json, text/plain, */*",
  "Accept-Encoding: gzip, deflate, br",
  "Accept-Language: en-GB,en;q=0.9",
  "Referer: http://api.example.test:8080/app",
  "Cookie: theme=dark; consent=1",
  "Connection: keep-alive",
  "",
].join("\r\n");

function setUp(vary: string) {
  const deps = policyDeps({ clock: performance });
  const policy = cache.create(cache.schema.parse({}), deps);
  const shared = deps.shared(CACHE_STORE, () => new CacheStore());
  const exchange = exchangeOf(LINES);
  const headers = readFields([
    ["cache-control", "max-age=3600"],
    ["content-type", "application/json"],
    ...(vary === "" ? [] : [["vary", vary] as const]),
  ]);
  const names = vary === "" ? [] : vary.toLowerCase().split(", ");
  const selecting = selectingOf(exchange, names);
  const at = performance.now();
  const times = { requestedAt: at, receivedAt: at, wallReceivedAt: WALL };
  const rules = judgeResponse({ status: 200, headers, credentials: false, ttl: undefined, receivedAt: WALL });
  if (rules === undefined) throw new Error("not storable");
  const arrival = { status: 200, headers, selecting, credentials: false, ttl: undefined, ...times };
  shared.put(
    "orders\nhttp://api.example.test:8080/api/users/4711?fields=name",
    store(arrival, rules, Buffer.alloc(100)),
  );
  return { policy, exchange };
}

/** At best, and below `bound` if it ever is. */
function microseconds(run: () => void, bound: number): number {
  const loop = () => {
    for (let i = 0; i < 1_000; i++) run();
  };
  return leastCost(loop, bound * 1_000, 80) / 1_000;
}

describe("a hit", () => {
  it("is answered at once, with the same object while its age is the same", () => {
    const { policy, exchange } = setUp("");
    const first = policy.onRequest?.(exchange);
    expect(first).toMatchObject({ kind: "response", status: 200 });
    expect(policy.onRequest?.(exchange)).toBe(first);
  });

  it.each(["", "Accept-Encoding", "Accept, Accept-Encoding"])("costs a microsecond or two, with Vary: %s", (vary) => {
    const { policy, exchange } = setUp(vary);
    const cost = microseconds(() => {
      if ((policy.onRequest?.(exchange) as { status?: number } | undefined)?.status !== 200) throw new Error("no hit");
      policy.onFinish?.(exchange);
    }, 10);
    console.log(`a hit costs the policy ${cost.toFixed(2)} µs${vary === "" ? "" : ` with Vary: ${vary}`}`);
    // About 1 on a machine at rest; the bound is for one that is busy.
    expect(cost).toBeLessThan(10);
  });
});
