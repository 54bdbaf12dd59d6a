import { describe, expect, it } from "vitest";
import { cacheWorld, type CacheWorld, having, httpDate } from "./support.ts";

const V1 = { "cache-control": "max-age=60", etag: '"v1"', "last-modified": httpDate(-3_600) };

async function stored(headers: Record<string, string> = V1, options: object = {}): Promise<CacheWorld> {
  const world = cacheWorld(options);
  await world.ask({}, { headers, body: "0123456789" });
  return world;
}

describe("what a request says (RFC 9111 section 5.2.1)", () => {
  it.each([
    ["no-cache", { "cache-control": "no-cache" }],
    ["Pragma", { pragma: "no-cache" }],
    ["an Age of at most", { "cache-control": "max-age=9" }],
    ["an Age of 0", { "cache-control": "max-age=0" }],
    ["freshness for longer", { "cache-control": "min-fresh=51" }],
    ["a time that is none", { "cache-control": "max-age=soon" }],
  ])("may want it validated: %s", async (_, headers) => {
    const world = await stored();
    world.pass(10);
    const asked = await world.ask(having(headers), { status: 304, headers: { etag: '"v1"' } });
    expect([asked.forwarded, asked.status, asked.body]).toEqual([true, 200, "0123456789"]);
    expect(asked.said).toBe("fwd=request; fwd-status=304; stored; ttl=60");
    expect(asked.exchange.requestFields.get("if-none-match")).toBe('"v1"');
  });

  it.each([
    ["no more than what it is", { "cache-control": "max-age=10, min-fresh=50" }],
    ["Pragma beside Cache-Control", { pragma: "no-cache", "cache-control": "max-age=10" }],
    ["not to store what is stored", { "cache-control": "no-store" }],
    ["only what is stored", { "cache-control": "only-if-cached" }],
  ])("may be content with what is stored: %s", async (_, headers) => {
    const world = await stored();
    world.pass(10);
    expect((await world.ask(having(headers))).said).toBe("hit; ttl=50");
  });

  it.each<[string, Record<string, string>, Record<string, string>, boolean]>([
    ["max-stale without an argument", { "cache-control": "max-stale" }, V1, true],
    ["max-stale that is long enough", { "cache-control": "max-stale=10" }, V1, true],
    ["max-stale that is not", { "cache-control": "max-stale=9" }, V1, false],
    ["max-stale, but max-age, too", { "cache-control": "max-stale, max-age=20" }, V1, false],
    [
      "max-stale of what must be validated",
      { "cache-control": "max-stale" },
      { "cache-control": "max-age=60, must-revalidate" },
      false,
    ],
    [
      "max-stale of what proxies must validate",
      { "cache-control": "max-stale" },
      { "cache-control": "max-age=60, proxy-revalidate" },
      false,
    ],
    ["max-stale of s-maxage", { "cache-control": "max-stale" }, { "cache-control": "s-maxage=60" }, false],
    ["nothing", {}, V1, false],
  ])("may be content with what is stale: %s", async (_, request, response, isServed) => {
    const world = await stored(response);
    world.pass(70);
    const asked = await world.ask(having(request), { body: "new" });
    expect([asked.forwarded, asked.body]).toEqual(isServed ? [false, "0123456789"] : [true, "new"]);
    expect(world.counted("stale")).toBe(isServed ? 1 : 0);
  });

  it("may want nothing but what is stored", async () => {
    const world = cacheWorld();
    const asked = await world.ask(having({ "cache-control": "only-if-cached" }));
    expect(asked.answer).toMatchObject({ kind: "problem", code: "GW0535" });
    expect([asked.forwarded, asked.said]).toEqual([false, "detail=only-if-cached"]);
  });
});

describe("conditions of clients (RFC 9111 section 4.3.2)", () => {
  it.each([
    ["the same tag", { "if-none-match": '"v1"' }, 304],
    ["the same tag, weak", { "if-none-match": 'W/"v1"' }, 304],
    ["one of several", { "if-none-match": '"v0", "a,b" , W/"v1"' }, 304],
    ["any", { "if-none-match": "*" }, 304],
    ["another tag", { "if-none-match": '"v2"' }, 200],
    [
      "another tag, though it has not changed since",
      { "if-none-match": '"v2"', "if-modified-since": httpDate(0) },
      200,
    ],
    ["not since it was changed", { "if-modified-since": httpDate(-3_600) }, 304],
    ["not since before it was changed", { "if-modified-since": httpDate(-3_601) }, 200],
    ["not since what is no date", { "if-modified-since": "yesterday" }, 200],
  ])("are answered from the store: %s", async (_, request, status) => {
    const world = await stored();
    const asked = await world.ask(having(request));
    expect([asked.forwarded, asked.status, asked.body]).toEqual([false, status, status === 304 ? "" : "0123456789"]);
  });

  it("are answered with the fields that a 304 has, and no others", async () => {
    const world = await stored({
      ...V1,
      vary: "accept",
      "x-a": "1",
      "content-type": "text/plain",
      expires: httpDate(9),
    });
    const { answer } = await world.ask(having({ "if-none-match": '"v1"' }));
    expect(answer?.fields?.map(([name]) => name).sort()).toEqual(
      ["age", "cache-control", "cache-status", "date", "etag", "expires", "vary"].sort(),
    );
  });

  it("count only for successes", async () => {
    const world = cacheWorld();
    await world.ask({}, { status: 404, headers: V1, body: "none" });
    expect((await world.ask(having({ "if-none-match": '"v1"' }))).status).toBe(404);
  });

  it("go on where only the endpoint can tell", async () => {
    const world = await stored();
    for (const headers of [{ "if-match": '"v1"' }, { "if-unmodified-since": httpDate(0) }]) {
      const asked = await world.ask(having(headers), { status: 412 });
      expect([asked.status, asked.said, asked.exchange.requestFields.made]).toEqual([412, "fwd=request", []]);
    }
  });

  it("do not go on with the first request, so that it is stored for all; with those that cannot be, they do", async () => {
    const world = cacheWorld();
    const known = having({ "if-none-match": '"v1"', "if-modified-since": httpDate(-3_600) });
    const first = await world.ask(known, { headers: V1, body: "whole" });
    expect(first.exchange.requestFields.made).toEqual([["if-none-match"], ["if-modified-since"]]);
    expect([first.status, first.body, first.said]).toEqual([304, "", "fwd=uri-miss; fwd-status=200; stored; ttl=60"]);
    expect((await world.ask()).body).toBe("whole");

    const mine = { ...known, path: "/mine" };
    const own = await world.ask(mine, { headers: { ...V1, "cache-control": "private" }, body: "own" });
    expect([own.status, own.body]).toEqual([200, "own"]);
    const next = await world.ask(mine, { status: 304, headers: { etag: '"v1"' } });
    expect([next.status, next.exchange.requestFields.made]).toEqual([304, []]);
  });
});

describe("ranges (RFC 9110 section 14)", () => {
  it.each<[string, Record<string, string>, number, string, string | undefined]>([
    ["of a part", { range: "bytes=2-4" }, 206, "234", "bytes 2-4/10"],
    ["of an end that is further", { range: "bytes=8-99" }, 206, "89", "bytes 8-9/10"],
    ["without an end", { range: "bytes=8-" }, 206, "89", "bytes 8-9/10"],
    ["from the end", { range: "bytes=-3" }, 206, "789", "bytes 7-9/10"],
    ["from before the beginning", { range: "bytes=-99" }, 206, "0123456789", "bytes 0-9/10"],
    ["in another case", { range: "Bytes = 0-0" }, 206, "0", "bytes 0-0/10"],
    ["behind the end", { range: "bytes=10-" }, 416, "", "bytes */10"],
    ["of nothing", { range: "bytes=-0" }, 416, "", "bytes */10"],
    ["the wrong way round", { range: "bytes=4-2" }, 200, "0123456789", undefined],
    ["of several parts", { range: "bytes=0-1,3-4" }, 200, "0123456789", undefined],
    ["of another unit", { range: "lines=0-1" }, 200, "0123456789", undefined],
    ["that is none", { range: "bytes=-" }, 200, "0123456789", undefined],
    ["if it is the same", { range: "bytes=2-4", "if-range": '"v1"' }, 206, "234", "bytes 2-4/10"],
    ["if it is the same, weakly", { range: "bytes=2-4", "if-range": 'W/"v1"' }, 200, "0123456789", undefined],
    ["if it is another one", { range: "bytes=2-4", "if-range": '"v2"' }, 200, "0123456789", undefined],
    ["if the date is the same", { range: "bytes=2-4", "if-range": httpDate(-3_600) }, 206, "234", "bytes 2-4/10"],
    ["if the date is later", { range: "bytes=2-4", "if-range": httpDate(0) }, 200, "0123456789", undefined],
    ["of what is known already", { range: "bytes=2-4", "if-none-match": '"v1"' }, 304, "", undefined],
  ])("%s", async (_, request, status, body, contentRange) => {
    const world = await stored();
    const asked = await world.ask(having(request));
    expect([asked.forwarded, asked.status, asked.body, asked.header("content-range")]).toEqual([
      false,
      status,
      body,
      contentRange,
    ]);
  });

  it("do not count by a date that may be of several versions", async () => {
    const world = await stored({ "cache-control": "max-age=60", "last-modified": httpDate(0), date: httpDate(0) });
    expect((await world.ask(having({ range: "bytes=2-4", "if-range": httpDate(0) }))).status).toBe(200);
  });

  it("go on where nothing is stored, and what comes is stored if it is whole", async () => {
    const world = cacheWorld();
    const range = having({ range: "bytes=0-1" });
    const part = await world.ask(range, {
      status: 206,
      headers: { ...V1, "content-range": "bytes 0-1/4" },
      body: "01",
    });
    expect([part.status, part.said, part.exchange.requestFields.made]).toEqual([206, "fwd=uri-miss", []]);
    const whole = await world.ask(range, { headers: V1, body: "0123" });
    expect([whole.status, whole.said]).toEqual([200, "fwd=uri-miss; stored; ttl=60"]);
    expect((await world.ask(range)).body).toBe("01");
  });
});

describe("HEAD", () => {
  it("is answered from what is stored for GET", async () => {
    const world = await stored();
    const head = await world.ask({ method: "HEAD" });
    expect([head.forwarded, head.said]).toEqual([false, "hit; ttl=60"]);
  });

  it("answers the next HEAD with the length that it said, and never GET", async () => {
    const world = cacheWorld();
    const said = await world.ask({ method: "HEAD" }, { headers: { ...V1, "content-length": "10" } });
    expect(said.said).toBe("fwd=uri-miss; stored");
    expect((await world.ask({ method: "HEAD" })).answer).toMatchObject({ status: 200, length: 10 });
    expect((await world.ask({}, { headers: V1, body: "0123456789" })).forwarded).toBe(true);
    expect((await world.ask({ method: "HEAD" })).answer).not.toHaveProperty("length");
    expect((await world.ask({ path: "/other", method: "HEAD" }, { headers: V1 })).said).toBe("fwd=uri-miss");
  });

  it("renews what is stored for GET, or throws it away (RFC 9111 section 4.3.5)", async () => {
    const asked = having({ "cache-control": "no-cache" }, { method: "HEAD" });
    const same = await stored();
    same.pass(50);
    await same.ask(asked, { headers: { ...V1, "content-length": "10", "x-new": "1" } });
    const hit = await same.ask();
    expect([hit.header("age"), hit.header("x-new")]).toEqual(["0", "1"]);
    for (const headers of [{ etag: '"v2"' }, { etag: '"v1"', "content-length": "11" }]) {
      const other = await stored();
      await other.ask(asked, { headers });
      expect((await other.ask({}, { headers: V1 })).forwarded).toBe(true);
    }
  });

  it("is not looked up where only GET is, and alone where GET is not", async () => {
    const get = await stored(V1, { methods: ["GET"] });
    expect((await get.ask({ method: "HEAD" })).said).toBe("fwd=method");
    const head = await stored(V1, { methods: ["HEAD"] });
    expect((await head.ask({ method: "HEAD" })).said).toBe("hit; ttl=60");
    expect((await head.ask({}, { headers: V1 })).said).toBe("fwd=method; stored; ttl=60");
  });
});
