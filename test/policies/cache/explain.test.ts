import { describe, expect, it } from "vitest";
import { policyExchange } from "../support.ts";
import { cacheWorld, having } from "./support.ts";

describe("what route says of cache", () => {
  it.each([
    [{}, {}, "unknown", /^GET is cacheable: looked up by scheme, host, path and query.*not fresh$/],
    [{ ttl: "30s" }, {}, "unknown", /fresh for 30 s where the response says nothing/],
    [{ vary: ["X-Tenant"] }, {}, "unknown", /request field x-tenant/],
    [{}, { method: "HEAD" }, "unknown", /^HEAD is cacheable/],
    [{ methods: ["GET"] }, { method: "HEAD" }, "pass", /^HEAD is not cached here/],
    [{ methods: ["HEAD"] }, {}, "pass", /^GET is stored, but not answered/],
    [{}, { method: "OPTIONS" }, "pass", /^OPTIONS is not cached here/],
    [{}, { method: "POST" }, "pass", /^POST is not cached; a success throws away/],
    [{}, { givenBody: "x" }, "pass", /with a body/],
    [{}, having({ upgrade: "websocket" }), "pass", /a WebSocket/],
    [{}, having({ authorization: "Bearer x" }), "unknown", /only what is public/],
    [{}, having({ "cache-control": "no-cache" }), "unknown", /wants it validated/],
    [{}, having({ "cache-control": "only-if-cached" }), "unknown", /504/],
  ] as const)("%j, %j: %s", (options, request, verdict, reason) => {
    const world = cacheWorld(options);
    const said = world.policy.explain(policyExchange(request));
    expect([said.verdict, reason.test(said.reason)], said.reason).toEqual([verdict, true]);
    expect([world.store.usage.responses, world.counters]).toEqual([0, expect.not.objectContaining({ value: 1 })]);
  });
});

describe("the metric", () => {
  it("counts each request of a route once, by what became of it", async () => {
    const world = cacheWorld();
    const headers = { "cache-control": "max-age=10", etag: '"a"' };
    await world.ask({}, { headers });
    await world.ask();
    world.pass(20);
    await world.ask({}, { status: 304 });
    await world.ask({ method: "POST" }, { status: 500 });
    await world.ask(having({ "cache-control": "max-stale" }));
    world.pass(20);
    await world.ask(having({ "cache-control": "max-stale" }));
    const results = ["hit", "stale", "revalidated", "collapsed", "miss", "bypass"];
    expect(results.map((result) => world.counted(result))).toEqual([2, 1, 1, 0, 1, 1]);
  });
});
