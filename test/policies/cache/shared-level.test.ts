import { describe, expect, it } from "vitest";
import type { StateConnection } from "../../../src/exchange/state-connection.ts";
import { CLAIM_SCRIPT } from "../../../src/policies/cache/claim-script.ts";
import { cacheWorld, having, httpDate } from "./support.ts";

const HOUR = { "cache-control": "max-age=3600", etag: '"v1"' };

/** A store that several gateways share, in memory. */
function fakeState() {
  const kept = new Map<string, Buffer>();
  const asked: string[] = [];
  /** What is written while it is held comes to the store when it is let go. */
  const way: { held: Promise<void> | undefined } = { held: undefined };
  let isUp = true;
  const read = (key: string): Buffer | null => kept.get(key) ?? null;
  const state: StateConnection = {
    get isUp() {
      return isUp;
    },
    get: async (key) => {
      asked.push(key);
      return isUp ? read(key) : undefined;
    },
    set: async (key, value) => {
      await way.held;
      kept.set(key, Buffer.from(value));
      return true;
    },
    del: async (...keys) => keys.filter((key) => kept.delete(key)).length,
    eval: async (script, [key = "", forgotten = ""], [said, ttl]) => {
      if (!Number.isInteger(ttl)) throw new Error("value is not an integer");
      if (script === CLAIM_SCRIPT) {
        await way.held;
        if (kept.has(forgotten)) return 0;
        kept.set(key, Buffer.from(String(said)));
        return 1;
      }
      const list = [...(JSON.parse(read(key)?.toString() ?? "[]") as unknown[]), JSON.parse(String(said))];
      kept.set(key, Buffer.from(JSON.stringify(list)));
      return list.length;
    },
  };
  return { state, kept, asked, way, setUp: (up: boolean) => void (isUp = up) };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Two gateways that share a store. */
function two(options: object = {}) {
  const shared = fakeState();
  const [a, b] = [cacheWorld(options, { state: shared.state }), cacheWorld(options, { state: shared.state })];
  const pass = (seconds: number): void => {
    a.pass(seconds);
    b.pass(seconds);
  };
  return { ...shared, a, b, pass };
}

describe("gateways that share what they store", () => {
  it("answer with what another one has stored, of the age that it has, body and all", async () => {
    const { a, b, pass } = two();
    const body = "\u00e9\u0000".repeat(500);
    await a.ask({}, { headers: { ...HOUR, vary: "x-a", "content-type": "text/plain", date: httpDate(0) }, body });
    pass(100);
    const hit = await b.ask();
    expect([hit.forwarded, hit.said, hit.header("age"), hit.header("content-type")]).toEqual([
      false,
      "hit; ttl=3500",
      "100",
      "text/plain",
    ]);
    expect(hit.body).toBe(body);
    expect((await b.ask(having({ "x-a": "1" }))).said).toBe("fwd=vary-miss");
    // From now on it is in memory.
    expect((await b.ask(having({ "if-none-match": '"v1"' }))).status).toBe(304);
  });

  it("validate what another one has stored", async () => {
    const { a, b, pass } = two();
    await a.ask({}, { headers: HOUR, body: "one" });
    pass(3_700);
    const asked = await b.ask({}, { status: 304 });
    expect([asked.body, asked.said]).toEqual(["one", "fwd=stale; fwd-status=304; stored; ttl=3600"]);
    expect(asked.exchange.requestFields.get("if-none-match")).toBe('"v1"');
  });

  it("ask once for all who come together", async () => {
    const { b, asked } = two();
    const many = [1, 2, 3].map(() => b.ask({}, { headers: HOUR, body: "one" }));
    expect((await Promise.all(many)).map(({ said }) => said)).toEqual([
      "fwd=uri-miss; stored; ttl=3600",
      "fwd=uri-miss; collapsed; ttl=3600",
      "fwd=uri-miss; collapsed; ttl=3600",
    ]);
    // What is there, and which version of it is valid.
    expect(asked.filter((key) => key !== "cache:purges")).toHaveLength(2);
  });

  it("notice within a second of use what another one has thrown away, or has a newer one of", async () => {
    for (const [change, then] of [
      [{ method: "POST" }, "fwd=uri-miss"],
      [having({ "cache-control": "no-cache" }), "hit; ttl=3600"],
    ] as const) {
      const { a, b, pass } = two();
      await a.ask({}, { headers: { ...HOUR, "cache-control": "max-age=3600" }, body: "old" });
      await b.ask();
      pass(0.5);
      await a.ask(change, { headers: HOUR, body: "new" });
      expect((await b.ask()).body).toBe("old");
      await settled();
      expect((await b.ask()).body).toBe("old");
      pass(0.5);
      await b.ask();
      await settled();
      const after = await b.ask({}, { status: 500, body: "asked" });
      expect([after.body, after.said.replace("3599", "3600")]).toEqual([
        then === "fwd=uri-miss" ? "asked" : "new",
        then,
      ]);
    }
  });

  it("do not keep what was fetched before a change and written after it", async () => {
    const { a, b, way, kept, state } = two();
    let letGo = (): void => {};
    way.held = new Promise((resolve) => (letGo = resolve));
    await b.ask({}, { headers: HOUR, body: "old" });
    way.held = undefined;
    await a.ask({ method: "POST" });
    letGo();
    await settled();
    expect([...kept.keys()].filter((name) => !name.endsWith(":forgotten"))).toEqual([]);
    expect((await b.ask({}, { headers: HOUR, body: "new" })).body).toBe("new");
    // A moment later it is stored as ever.
    for (const name of kept.keys()) if (name.endsWith(":forgotten")) kept.delete(name);
    await settled();
    await b.ask({}, { headers: HOUR, body: "newer" });
    await settled();
    expect((await cacheWorld({}, { state }).ask()).body).toBe("newer");
  });

  it("purge one another, also what is in nobody's memory", async () => {
    const { a, b, pass } = two();
    for (const path of ["/a/1", "/a/2", "/b"]) await a.ask({ path }, { headers: HOUR });
    await b.ask({ path: "/a/1" });
    pass(2);
    a.store.purge({ prefix: "/a" });
    expect((await b.ask({ path: "/a/2" })).forwarded).toBe(true);
    expect((await b.ask({ path: "/a/1" })).forwarded).toBe(true);
    expect((await b.ask({ path: "/b" })).forwarded).toBe(false);
  });

  it("do not find what was stored under other options of the route", async () => {
    const shared = fakeState();
    const a = cacheWorld({}, { state: shared.state });
    const b = cacheWorld({ vary: ["x-tenant"] }, { state: shared.state });
    await a.ask({}, { headers: HOUR });
    expect((await b.ask()).said).toBe("fwd=uri-miss");
  });

  it("have their memory alone while the store is gone, and count that", async () => {
    const { a, b, setUp } = two();
    await a.ask({}, { headers: HOUR });
    setUp(false);
    expect((await a.ask()).said).toBe("hit; ttl=3600");
    expect((await b.ask({}, { headers: HOUR })).said).toBe("fwd=uri-miss; stored; ttl=3600");
    expect((await b.ask()).said).toBe("hit; ttl=3600");
    expect(Object.entries(b.counters).find(([name]) => name.includes("fallbacks"))?.[1].value).toBe(1);
  });

  it("take nothing for a response that is none", async () => {
    const { a, b, kept } = two();
    await a.ask({}, { headers: HOUR, body: "0123456789" });
    const [[name, bytes]] = [...kept] as [[string, Buffer]];
    for (const broken of [Buffer.alloc(0), Buffer.from("garbage"), bytes.subarray(0, -1), bytes.subarray(0, 40)]) {
      kept.set(name, broken);
      expect((await b.ask({}, { status: 500 })).said).toBe("fwd=uri-miss");
    }
  });
});
