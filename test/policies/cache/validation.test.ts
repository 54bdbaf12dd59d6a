import { describe, expect, it } from "vitest";
import { cacheWorld, collected, having, httpDate } from "./support.ts";

const V1 = { "cache-control": "max-age=10", etag: '"v1"', "last-modified": httpDate(-3_600) };

async function stale(headers: Record<string, string> = V1, options: object = {}) {
  const world = cacheWorld(options);
  await world.ask({}, { headers, body: "one" });
  world.pass(20);
  return world;
}

describe("validation (RFC 9111 section 4.3)", () => {
  it("asks with the stored validators, in place of the client's, for the whole", async () => {
    const world = await stale();
    const asked = await world.ask(having({ "if-none-match": '"v0"', range: "bytes=0-1", "if-range": '"v1"' }), {
      status: 304,
      headers: { etag: '"v1"' },
    });
    expect(asked.exchange.requestFields.made).toEqual([
      ["if-none-match", '"v1"'],
      ["if-modified-since", httpDate(-3_600)],
      ["range"],
      ["if-range"],
    ]);
    expect([asked.status, asked.body]).toEqual([206, "on"]);
  });

  it("asks by date alone where there is no tag, and asks nothing where there is neither", async () => {
    const dated = await stale({ "cache-control": "max-age=10", "last-modified": httpDate(-3_600) });
    const asked = await dated.ask(having({ "if-none-match": '"v0"' }), { status: 304 });
    expect(asked.exchange.requestFields.made.slice(0, 2)).toEqual([
      ["if-none-match"],
      ["if-modified-since", httpDate(-3_600)],
    ]);
    const bare = await stale({ "cache-control": "max-age=10" });
    expect((await bare.ask({}, { headers: V1 })).exchange.requestFields.made).toEqual([]);
  });

  it("takes over what a 304 says, but for what is of the octets, and is fresh by it", async () => {
    const world = await stale({ ...V1, "x-a": "1", "x-b": "1", "content-encoding": "br" });
    await world.ask(
      {},
      {
        status: 304,
        headers: {
          etag: '"v1"',
          "cache-control": "max-age=99",
          "x-a": "2",
          "x-c": "3",
          "content-encoding": "gzip",
          "content-length": "0",
          "set-cookie": "id=1",
          connection: "x-d",
          "x-d": "4",
          date: httpDate(20),
        },
      },
    );
    const hit = await world.ask();
    const of = (name: string): string | undefined => hit.header(name);
    expect([of("x-a"), of("x-b"), of("x-c"), of("content-encoding"), of("set-cookie"), of("x-d")]).toEqual([
      "2",
      "1",
      "3",
      "br",
      undefined,
      undefined,
    ]);
    expect([of("date"), of("age"), hit.said, hit.body]).toEqual([httpDate(20), "0", "hit; ttl=99", "one"]);
  });

  it("gives a cookie that comes with a 304 to its own client alone", async () => {
    const world = await stale();
    const own = await world.ask({}, { status: 304, headers: { etag: '"v1"', "set-cookie": "id=1" } });
    expect(own.header("set-cookie")).toBe("id=1");
    expect((await world.ask()).header("set-cookie")).toBeUndefined();
  });

  it("forgets what a 304 says to be private", async () => {
    const world = await stale();
    const asked = await world.ask({}, { status: 304, headers: { etag: '"v1"', "cache-control": "private" } });
    expect([asked.status, asked.body, asked.said]).toEqual([200, "one", "fwd=stale; fwd-status=304; ttl=0"]);
    expect((await world.ask()).said).toBe("fwd=uri-miss");
  });

  it.each([
    ['W/"v1"', '"v1"'],
    ['"v1"', '"v2"'],
    ['W/"v1"', 'W/"v2"'],
  ])("does not take a 304 about %s for %s: it asks again, without conditions", async (tag, other) => {
    const world = await stale({ ...V1, etag: tag });
    const whole = collected({ headers: { "content-type": "text/plain", "set-cookie": "a=b", age: "2" }, body: "two" });
    const sent: unknown[] = [];
    const sendAgain = async (...args: unknown[]) => {
      sent.push(args);
      return whole;
    };
    const asked = await world.ask({ sendAgain }, { status: 304, headers: { etag: other } });
    expect([asked.status, asked.body, asked.header("set-cookie"), asked.header("age")]).toEqual([
      200,
      "two",
      "a=b",
      "2",
    ]);
    expect(sent).toEqual([[[], 1_048_576]]);
    expect(asked.exchange.requestFields.made.slice(-2)).toEqual([["if-none-match"], ["if-modified-since"]]);
    expect((await world.ask()).said).toBe("fwd=uri-miss");
  });

  it("says 502 where it is not told the response even then", async () => {
    for (const again of [undefined, collected({ status: 304 })]) {
      const world = await stale();
      const asked = await world.ask({ sendAgain: async () => again }, { status: 304, headers: { etag: '"v2"' } });
      expect(asked.answer).toMatchObject({ kind: "problem", code: "GW0536" });
    }
  });

  it("believes a 304 that names no validator, and a weak one that is the same", async () => {
    for (const [tag, said] of [
      ['"v1"', {}],
      ['"v1"', { etag: 'W/"v1"' }],
    ] as const) {
      const world = await stale({ ...V1, etag: tag });
      expect((await world.ask({}, { status: 304, headers: said })).body).toBe("one");
    }
  });

  it("takes a whole response in place of the stored one, and removes that where it cannot be stored", async () => {
    const world = await stale();
    expect((await world.ask({}, { headers: { ...V1, etag: '"v2"' }, body: "two" })).said).toBe(
      "fwd=stale; stored; ttl=10",
    );
    expect((await world.ask()).body).toBe("two");
    world.pass(20);
    await world.ask({}, { headers: { "cache-control": "no-store" }, body: "three" });
    expect((await world.ask({}, { headers: V1 })).said).toContain("fwd=uri-miss");
  });

  it("keeps what is stored where the service refuses one request", async () => {
    const world = await stale();
    await world.ask(having({ accept: "none" }), { status: 406 });
    await world.ask({}, { status: 429 });
    expect((await world.ask({}, { status: 304 })).said).toBe("fwd=stale; fwd-status=304; stored; ttl=10");
  });

  it("stores what is never fresh only if it can be validated, or may be stale", async () => {
    for (const [headers, options, is] of [
      [{ "cache-control": "no-cache", etag: '"a"' }, {}, true],
      [{ "cache-control": "no-cache" }, {}, false],
      [{ "cache-control": "max-age=0" }, {}, false],
      [{ "cache-control": "max-age=0" }, { staleIfError: "1m" }, true],
      [{ "cache-control": "max-age=0, stale-while-revalidate=5" }, {}, true],
      [{ etag: '"a"' }, {}, true],
      [{}, {}, false],
      [{}, { staleIfError: "1m" }, true],
      [{ "cache-control": "max-age=0, must-revalidate" }, { staleIfError: "1m" }, false],
    ] as const) {
      const world = cacheWorld(options);
      await world.ask({}, { headers });
      expect(world.store.usage.responses, JSON.stringify([headers, options])).toBe(is ? 1 : 0);
    }
  });
});

describe("stale-while-revalidate (RFC 5861 section 3)", () => {
  const sending = (response: ReturnType<typeof collected> | undefined) => {
    const sent: { fields: unknown; limit: number }[] = [];
    return {
      sent,
      sendAgain: async (fields: unknown, limit: number) => {
        sent.push({ fields, limit });
        return response;
      },
    };
  };

  it("answers at once, and asks once, with the stored validators", async () => {
    const world = await stale(V1, { staleWhileRevalidate: "15s" });
    const { sent, sendAgain } = sending(collected({ status: 304, headers: { etag: '"v1"' } }));
    const first = world.ask(having({ "if-none-match": '"v0"' }, { sendAgain }));
    const second = await world.ask({ sendAgain });
    expect([(await first).said, second.said, second.body]).toEqual(["hit; ttl=-10", "hit; ttl=-10", "one"]);
    expect(sent).toEqual([
      {
        fields: [
          ["if-none-match", '"v1"'],
          ["if-modified-since", httpDate(-3_600)],
        ],
        limit: 1_048_576,
      },
    ]);
    expect([(await world.ask()).said, world.counted("stale")]).toEqual(["hit; ttl=10", 2]);
  });

  it("stores what has changed, forgets what must not be stored, and keeps what could not be asked for", async () => {
    const after = async (response: ReturnType<typeof collected> | undefined) => {
      const world = await stale(V1, { staleWhileRevalidate: "15s" });
      await world.ask(sending(response));
      await Promise.resolve();
      const { said, body } = await world.ask({}, { status: 500, body: "asked" });
      return `${body}: ${said}`;
    };
    expect(await after(collected({ headers: { ...V1, etag: '"v2"' }, body: "two" }))).toBe("two: hit; ttl=10");
    expect(await after(collected({ headers: { "cache-control": "no-store" } }))).toBe("asked: fwd=uri-miss");
    expect(await after(collected({ headers: { ...V1, vary: "accept" } }))).toBe("asked: fwd=uri-miss");
    expect(await after(collected({ status: 304, headers: { etag: '"v2"' } }))).toBe("asked: fwd=uri-miss");
    expect(await after(collected({ status: 503 }))).toBe("one: hit; ttl=-10");
    expect(await after(undefined)).toBe("one: hit; ttl=-10");
  });

  it("asks again a second after nobody answered, and at once after an error", async () => {
    const world = await stale(V1, { staleWhileRevalidate: "15s" });
    const nobody = sending(undefined);
    await world.ask(nobody);
    await world.ask(nobody);
    expect(nobody.sent).toHaveLength(1);
    world.pass(1);
    const failing = sending(collected({ status: 500 }));
    await world.ask(failing);
    await world.ask(failing);
    expect(failing.sent).toHaveLength(2);
  });

  it("does not store what was thrown away meanwhile", async () => {
    const world = await stale(V1, { staleWhileRevalidate: "15s" });
    let answer: (response: ReturnType<typeof collected>) => void = () => {};
    await world.ask({ sendAgain: () => new Promise((resolve) => (answer = resolve)) });
    world.store.purge({ all: true });
    answer(collected({ headers: V1, body: "two" }));
    await Promise.resolve();
    expect((await world.ask()).said).toBe("fwd=uri-miss");
  });

  it.each<[string, string, object, number, boolean]>([
    ["as long as the response says", "max-age=10, stale-while-revalidate=5", {}, 15, true],
    ["and no longer", "max-age=10, stale-while-revalidate=5", {}, 15.001, false],
    ["before what the config says", "max-age=10, stale-while-revalidate=5", { staleWhileRevalidate: "1m" }, 16, false],
    ["by the config", "max-age=10", { staleWhileRevalidate: "5s" }, 15, true],
    ["not where it must be validated", "max-age=10, must-revalidate, stale-while-revalidate=5", {}, 11, false],
    ["not where proxies must", "max-age=10, proxy-revalidate", { staleWhileRevalidate: "5s" }, 11, false],
    ["not by the config with s-maxage", "s-maxage=10", { staleWhileRevalidate: "5s" }, 11, false],
    ["but with s-maxage if the response itself says so", "s-maxage=10, stale-while-revalidate=5", {}, 11, true],
    ["not with no-cache", "no-cache, max-age=10, stale-while-revalidate=5", {}, 11, false],
    ["not by the config what is never fresh", "max-age=0", { staleWhileRevalidate: "5s" }, 1, false],
    ["but if the response says so", "max-age=0, stale-while-revalidate=5", {}, 1, true],
  ])("serves what is stale %s", async (_, cacheControl, options, seconds, isServed) => {
    const world = cacheWorld(options);
    await world.ask({}, { headers: { "cache-control": cacheControl, etag: '"a"' } });
    world.pass(seconds);
    expect((await world.ask({}, { headers: {} })).forwarded).toBe(!isServed);
  });
});

describe("stale-if-error (RFC 5861 section 4)", () => {
  it.each([500, 502, 503, 504])("serves what is stale in place of a %s", async (status) => {
    const world = await stale(V1, { staleIfError: "1m" });
    const asked = await world.ask({}, { status, body: "oops" });
    expect([asked.status, asked.body, asked.header("age")]).toEqual([200, "one", "20"]);
    expect(asked.said).toBe(`fwd=stale; fwd-status=${status}; ttl=-10; detail=stale-if-error`);
    expect(world.counted("stale")).toBe(1);
  });

  it.each(["GW0301", "GW0304", "GW0302"] as const)("and in place of the gateway's own %s", async (code) => {
    const world = await stale(V1, { staleIfError: "1m" });
    expect((await world.ask({}, { status: 503, code })).said).toBe("fwd=stale; ttl=-10; detail=stale-if-error");
  });

  it("takes the client's conditions into account", async () => {
    const world = await stale(V1, { staleIfError: "1m" });
    expect((await world.ask(having({ "if-none-match": '"v1"' }), { status: 503 })).status).toBe(304);
  });

  it.each<[string, string, object, Record<string, string>, number, boolean]>([
    ["as long as the response says", "max-age=10, stale-if-error=5", {}, {}, 15, true],
    ["and no longer", "max-age=10, stale-if-error=5", {}, {}, 15.001, false],
    ["before what the config says", "max-age=10, stale-if-error=0", { staleIfError: "1m" }, {}, 11, false],
    ["as long as the client says", "max-age=10", {}, { "cache-control": "stale-if-error=5" }, 15, true],
    ["not where it must be validated", "max-age=10, must-revalidate", { staleIfError: "1m" }, {}, 11, false],
    ["not by the config with s-maxage", "s-maxage=10", { staleIfError: "1m" }, {}, 11, false],
    ["not with no-cache", "no-cache", { staleIfError: "1m" }, {}, 1, false],
    [
      "not where the client wants none",
      "max-age=10",
      { staleIfError: "1m" },
      { "cache-control": "no-cache" },
      11,
      false,
    ],
    ["not without a word of it", "max-age=10", {}, {}, 11, false],
  ])("serves it %s", async (_, cacheControl, options, request, seconds, isServed) => {
    const world = cacheWorld(options);
    await world.ask({}, { headers: { "cache-control": cacheControl, etag: '"a"' }, body: "one" });
    world.pass(seconds);
    expect((await world.ask(having(request), { status: 503, body: "oops" })).body).toBe(isServed ? "one" : "oops");
  });

  it("does not do so for other errors", async () => {
    const world = await stale(V1, { staleIfError: "1m" });
    expect((await world.ask({}, { status: 501, body: "no" })).body).toBe("no");
  });
});
