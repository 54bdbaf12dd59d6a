import { describe, expect, it } from "vitest";
import { cacheWorld, having, httpDate, type Sent } from "./support.ts";

const MINUTE = { "cache-control": "max-age=60" };

/** Does the response to one request answer the next one? */
async function isReused(sent: Sent, options: object = {}, request: object = {}): Promise<boolean> {
  const world = cacheWorld(options);
  await world.ask(request, { body: "one", ...sent });
  return !(await world.ask(request, { body: "two", ...sent })).forwarded;
}

describe("what is stored (RFC 9111 section 3)", () => {
  it.each<[string, Sent]>([
    ["max-age", { headers: MINUTE }],
    ["s-maxage", { headers: { "cache-control": "s-maxage=60" } }],
    ["Expires", { headers: { expires: httpDate(60) } }],
    ["must-revalidate, while it is fresh", { headers: { "cache-control": "max-age=60, must-revalidate" } }],
    ["proxy-revalidate, while it is fresh", { headers: { "cache-control": "max-age=60, proxy-revalidate" } }],
    ["a time in quotes", { headers: { "cache-control": 'max-age="60"' } }],
    ["Pragma beside Cache-Control", { headers: { ...MINUTE, pragma: "no-cache" } }],
    [
      "must-understand with no-store, where it is understood",
      { headers: { "cache-control": "max-age=60, no-store, must-understand" } },
    ],
    ["any status that says so", { status: 403, headers: MINUTE }],
    ["a status that nobody knows", { status: 599, headers: MINUTE }],
    ["a response without a body", { status: 204, headers: MINUTE, body: "" }],
    ["a qualified private", { headers: { "cache-control": 'max-age=60, private="x-a"' } }],
    ["a qualified no-cache", { headers: { "cache-control": 'max-age=60, no-cache="x-a"' } }],
    ["an unknown directive", { headers: { "cache-control": 'community="UCI, private", max-age=60' } }],
  ])("is used again: %s", async (_, sent) => expect(await isReused(sent)).toBe(true));

  it.each<[string, Sent]>([
    ["nothing said", {}],
    ["Last-Modified alone", { headers: { "last-modified": httpDate(-864_000) } }],
    ["no-store", { headers: { "cache-control": "max-age=60, no-store" } }],
    ["private", { headers: { "cache-control": "max-age=60, private" } }],
    ["no-cache", { headers: { "cache-control": "max-age=60, no-cache" } }],
    ["s-maxage=0", { headers: { "cache-control": "max-age=60, s-maxage=0" } }],
    ["max-age=0 with Expires", { headers: { "cache-control": "max-age=0", expires: httpDate(60) } }],
    ["two times", { headers: { "cache-control": ["max-age=60", "max-age=70"] } }],
    ["Expires: 0", { headers: { expires: "0" } }],
    ["Expires that is no date", { headers: { expires: "tomorrow" } }],
    ["two dates", { headers: { expires: [httpDate(60), httpDate(70)] } }],
    ["Expires that is not after Date", { headers: { expires: httpDate(-60), date: httpDate(-60) } }],
    ["Set-Cookie", { headers: { ...MINUTE, "set-cookie": "a=b" } }],
    ["Set-Cookie, public", { headers: { "cache-control": "public, max-age=60", "set-cookie": "a=b" } }],
    ["events that have no end", { headers: { ...MINUTE, "content-type": "text/event-stream; charset=utf-8" } }],
    ["Vary: *", { headers: { ...MINUTE, vary: "accept, *" } }],
    ["must-understand where it is not", { status: 599, headers: { "cache-control": "max-age=60, must-understand" } }],
    ["a part", { status: 206, headers: { ...MINUTE, "content-range": "bytes 0-2/9" } }],
    ["a response that was cut short", { headers: MINUTE, cut: true }],
    ["too long, as it says", { headers: { ...MINUTE, "content-length": "2000000" } }],
  ])("is not used again: %s", async (_, sent) => expect(await isReused(sent)).toBe(false));

  it("is nothing of a request that says no-store, and nothing of one with a body or an upgrade", async () => {
    expect(await isReused({ headers: MINUTE }, {}, having({ "cache-control": "no-store" }))).toBe(false);
    expect(await isReused({ headers: MINUTE }, {}, { body: "x" })).toBe(false);
    expect(await isReused({ headers: MINUTE }, {}, having({ upgrade: "WebSocket" }))).toBe(false);
    expect(await isReused({ headers: MINUTE }, {}, having({ upgrade: "h2c" }))).toBe(true);
  });

  it("is nothing of a request that may be taken for another one, nor does it keep others from waiting for one another", async () => {
    const world = cacheWorld();
    const odd = await world.ask(having({ "x-original-url": "/admin" }), { headers: MINUTE, body: "evil" });
    expect([odd.forwarded, odd.said]).toEqual([true, "fwd=bypass"]);
    expect((await world.ask({}, { headers: MINUTE, body: "good" })).body).toBe("good");
    expect((await world.ask(having({ "x-original-url": "/admin" }))).body).toBe("good");
  });

  it("is not longer than maxEntryBytes, whether it says so or not", async () => {
    expect(await isReused({ headers: MINUTE, body: "12345" }, { maxEntryBytes: "5B" })).toBe(true);
    expect(await isReused({ headers: MINUTE, body: "123456" }, { maxEntryBytes: "5B" })).toBe(false);
  });

  it("has no fields of the connection, of one exchange, or that were said to be private", async () => {
    const world = cacheWorld();
    const headers = {
      "cache-control": 'max-age=60, private="x-mine", no-cache="x-fresh"',
      connection: "x-hop, close",
      "x-hop": "1",
      "keep-alive": "timeout=5",
      "transfer-encoding": "chunked",
      "proxy-authenticate": "Basic",
      trailer: "x-t",
      "x-request-id": "r-7",
      "x-mine": "1",
      "x-fresh": "1",
      "x-kept": "1",
      "content-length": "1",
      age: "3",
    };
    await world.ask({}, { headers, body: "x" });
    const hit = await world.ask();
    const names = hit.answer?.fields?.map(([name]) => name);
    expect(names).toEqual(["date", "cache-control", "x-kept", "age", "cache-status"]);
  });

  it("gets a Date where it has none, and keeps the one that it has", async () => {
    const world = cacheWorld();
    await world.ask({ path: "/a" }, { headers: MINUTE });
    await world.ask({ path: "/b" }, { headers: { ...MINUTE, date: httpDate(-5) } });
    world.pass(10);
    expect((await world.ask({ path: "/a" })).header("date")).toBe(httpDate(0));
    expect((await world.ask({ path: "/b" })).header("date")).toBe(httpDate(-5));
  });
});

describe("Authorization (RFC 9111 section 3.5)", () => {
  const principal = { id: "u", consumer: undefined, roles: [], scopes: [], claims: {}, method: "apiKey" };
  const shown = [
    ["Authorization", having({ authorization: "Bearer x" })],
    ["a principal", { principal }],
  ] as const;

  it.each(shown)(
    "keeps responses to requests with %s from being stored, but for three directives",
    async (_, request) => {
      expect(await isReused({ headers: MINUTE }, { ttl: "1m" }, request)).toBe(false);
      for (const word of ["public, max-age=60", "s-maxage=60", "max-age=60, must-revalidate"]) {
        expect(await isReused({ headers: { "cache-control": word } }, {}, request), word).toBe(true);
      }
    },
  );

  it.each(shown)(
    "lets what the service says to be fresh for all answer %s, but not what the config does",
    async (_, request) => {
      const world = cacheWorld({ ttl: "1m" });
      await world.ask({ path: "/said" }, { headers: MINUTE });
      await world.ask({ path: "/guessed" });
      expect((await world.ask({ ...request, path: "/said" })).forwarded).toBe(false);
      const guessed = await world.ask({ ...request, path: "/guessed" }, { body: "mine" });
      expect([guessed.body, guessed.said]).toEqual(["mine", "fwd=request"]);
      expect((await world.ask({ path: "/guessed" })).body).toBe("");
    },
  );
});

describe("freshness (RFC 9111 section 4.2)", () => {
  /** For how many seconds it is used. */
  async function lifetime(sent: Sent, options: object = {}): Promise<number> {
    const world = cacheWorld(options);
    await world.ask({}, sent);
    for (let seconds = 0; seconds <= 200; seconds++) {
      const exchange = await world.ask({}, { status: 500 });
      if (exchange.forwarded) return seconds;
      world.pass(1);
    }
    return Number.POSITIVE_INFINITY;
  }

  it.each<[string, Sent, object, number]>([
    ["max-age", { headers: { "cache-control": "max-age=30" } }, {}, 30],
    ["s-maxage before max-age", { headers: { "cache-control": "max-age=30, s-maxage=20" } }, {}, 20],
    ["max-age before Expires", { headers: { "cache-control": "max-age=30", expires: httpDate(90) } }, {}, 30],
    [
      "Expires less Date, whatever the clocks say",
      { headers: { expires: httpDate(3_640), date: httpDate(3_600) } },
      {},
      40,
    ],
    ["Expires where there is no Date", { headers: { expires: httpDate(40) } }, {}, 40],
    ["ttl where nothing is said", {}, { ttl: "25s" }, 25],
    ["ttl for what is not found", { status: 404 }, { ttl: "25s" }, 25],
    ["ttl not for errors", { status: 500 }, { ttl: "25s" }, 0],
    ["ttl not for forbidden", { status: 403 }, { ttl: "25s" }, 0],
    ["ttl for any status that is public", { status: 403, headers: { "cache-control": "public" } }, { ttl: "25s" }, 25],
    ["not ttl, but what is said", { headers: { "cache-control": "max-age=5" } }, { ttl: "25s" }, 5],
    ["not ttl, but Expires", { headers: { expires: "0" } }, { ttl: "25s" }, 0],
    ["not ttl with private", { headers: { "cache-control": "private" } }, { ttl: "25s" }, 0],
    ["not ttl with no-store", { headers: { "cache-control": "no-store" } }, { ttl: "25s" }, 0],
    ["not ttl with no-cache", { headers: { "cache-control": "no-cache" } }, { ttl: "25s" }, 0],
    ["not ttl with Pragma alone", { headers: { pragma: "no-cache" } }, { ttl: "25s" }, 0],
    ["ttl with must-revalidate", { headers: { "cache-control": "must-revalidate" } }, { ttl: "25s" }, 25],
    ["less Age", { headers: { "cache-control": "max-age=30", age: "10" } }, {}, 20],
    ["less the first of two Ages", { headers: { "cache-control": "max-age=30", age: "10, 20" } }, {}, 20],
    ["less no Age that is none", { headers: { "cache-control": "max-age=30", age: "-5" } }, {}, 30],
    ["nor one with a fraction", { headers: { "cache-control": "max-age=30", age: "10.5" } }, {}, 30],
    ["less how old Date is", { headers: { "cache-control": "max-age=30", date: httpDate(-20) } }, {}, 10],
    ["but not what clocks differ by", { headers: { "cache-control": "max-age=30", date: httpDate(-10) } }, {}, 30],
    ["less the time that it took", { headers: { "cache-control": "max-age=30" }, takes: 7 }, {}, 23],
  ])("is %s", async (_, sent, options, seconds) => expect(await lifetime(sent, options)).toBe(seconds));

  it("may be shorter than a second by the config", async () => {
    const world = cacheWorld({ ttl: "500ms" });
    await world.ask();
    world.pass(0.499);
    expect((await world.ask()).said).toBe("hit; ttl=0");
    world.pass(0.001);
    expect((await world.ask()).forwarded).toBe(true);
  });

  it("shows in Age and in Cache-Status", async () => {
    const world = cacheWorld();
    await world.ask({}, { headers: { "cache-control": "max-age=30", age: "5" }, takes: 2 });
    world.pass(3.7);
    const hit = await world.ask();
    expect([hit.header("age"), hit.said]).toEqual(["10", "hit; ttl=20"]);
  });
});
