import { describe, expect, it } from "vitest";
import { CacheStore, type Purge, STORE_BYTES } from "../../../src/policies/cache/store.ts";
import { policyDeps, policyExchange } from "../support.ts";
import { cacheWorld, having, responseOf } from "./support.ts";

const MINUTE = { "cache-control": "max-age=60" };

/** Routes that share one store. */
function routes(...names: string[]) {
  const { shared } = policyDeps();
  return names.map((routeName) => cacheWorld({}, { routeName, shared }));
}

describe("the store", () => {
  it("holds so many octets, and lets go of what was not used for longest", async () => {
    const world = cacheWorld({ maxEntryBytes: "16MiB" });
    const body = "x".repeat(STORE_BYTES / 8);
    for (let i = 0; i < 7; i++) await world.ask({ path: `/${i}` }, { headers: MINUTE, body });
    await world.ask({ path: "/0" });
    await world.ask({ path: "/7" }, { headers: MINUTE, body });
    expect(world.store.usage.octets).toBeLessThanOrEqual(STORE_BYTES);
    expect([(await world.ask({ path: "/0" })).forwarded, (await world.ask({ path: "/1" })).forwarded]).toEqual([
      false,
      true,
    ]);
  });

  it("counts what small responses take besides their octets", async () => {
    const world = cacheWorld();
    await world.ask({}, { headers: MINUTE, body: "x" });
    expect(world.store.usage.octets).toBeGreaterThan(1_000);
  });

  it("keeps at most 64 variants of one URI", async () => {
    const world = cacheWorld();
    const headers = { ...MINUTE, vary: "x-a" };
    for (let i = 0; i < 70; i++) await world.ask(having({ "x-a": String(i) }), { headers });
    expect(world.store.usage.responses).toBe(64);
    expect((await world.ask(having({ "x-a": "69" }))).forwarded).toBe(false);
    expect((await world.ask(having({ "x-a": "0" }))).forwarded).toBe(true);
  });

  it("gathers no more of bodies that are on their way than it may", () => {
    const store = new CacheStore();
    const part = STORE_BYTES / 8;
    expect([1, 2, 3, 4, 5].map(() => store.gather(part))).toEqual([true, true, true, true, false]);
    store.giveBack(part);
    expect(store.gather(part)).toBe(true);
  });

  it("keeps apart what routes store of the same URI, and forgets a route's that begins anew", async () => {
    const [one, two] = routes("one", "two") as [ReturnType<typeof cacheWorld>, ReturnType<typeof cacheWorld>];
    one.store.put("one\nhttp://a.test/x", await storedOf(one));
    one.store.put("two\nhttp://a.test/x", await storedOf(two));
    one.store.register("two");
    expect([one.store.find("one\nhttp://a.test/x")?.length, one.store.find("two\nhttp://a.test/x")]).toEqual([
      1,
      undefined,
    ]);
  });
});

async function storedOf(world: ReturnType<typeof cacheWorld>) {
  await world.ask({ path: "/made" }, { headers: MINUTE });
  const [stored] = world.store.find("orders\nhttp://a.test/made") ?? [];
  if (stored === undefined) throw new Error("not stored");
  return stored;
}

describe("purging", () => {
  it.each<[Purge, string[]]>([
    [{ all: true }, ["/a", "/a?x", "/a/b", "/ab", "/"]],
    [{ route: "orders" }, ["/a", "/a?x", "/a/b", "/ab", "/"]],
    [{ route: "other" }, []],
    [{ url: "http://a.test/a?x" }, ["/a?x"]],
    [{ url: "http://A.test:80/a#part" }, ["/a"]],
    [{ url: "http://b.test/a" }, []],
    [{ url: "https://a.test/a" }, []],
    [{ prefix: "/a" }, ["/a", "/a?x", "/a/b"]],
    [{ prefix: "/a/" }, ["/a", "/a?x", "/a/b"]],
    [{ prefix: "/" }, ["/a", "/a?x", "/a/b", "/ab", "/"]],
  ])("%j throws away %j", async (purge, gone) => {
    const world = cacheWorld();
    const all = ["/a", "/a?x", "/a/b", "/ab", "/"];
    const asked = (target: string) => {
      const [path = "", query = ""] = target.split("?");
      return { path, query };
    };
    for (const target of all) await world.ask(asked(target), { headers: MINUTE });
    expect(world.store.purge(purge)).toBe(gone.length);
    const left = [];
    for (const target of all) {
      const { forwarded } = await world.ask(asked(target), { status: 500 });
      if (forwarded) left.push(target);
    }
    expect(left).toEqual(gone);
  });

  it("throws away what is on its way, too", async () => {
    const world = cacheWorld();
    const exchange = policyExchange();
    await world.policy.onRequest?.(exchange);
    world.store.purge({ all: true });
    const { response, finish } = responseOf({ headers: MINUTE, body: "old" }, exchange);
    await world.policy.onResponse?.(exchange, response);
    finish();
    world.policy.onFinish?.(exchange);
    expect(world.store.usage.responses).toBe(0);
  });
});

describe("invalidation (RFC 9111 section 4.4)", () => {
  it.each<[string, number, boolean]>([
    ["POST", 200, true],
    ["PUT", 204, true],
    ["DELETE", 303, true],
    ["PATCH", 201, true],
    ["BREW", 200, true],
    ["POST", 400, false],
    ["POST", 500, false],
    ["OPTIONS", 200, false],
    ["PROPFIND", 207, false],
  ])("%s answered %s: %s", async (method, status, isGone) => {
    const world = cacheWorld();
    await world.ask({}, { headers: MINUTE });
    expect((await world.ask({ method }, { status })).said).toBe("fwd=method");
    expect((await world.ask({}, { status: 500 })).forwarded).toBe(isGone);
  });

  it.each([
    ["location", "/b", true],
    ["content-location", "http://a.test/b", true],
    ["location", "b", true],
    ["location", "http://other.test/b", false],
    ["content-location", "https://a.test/b", false],
    ["x-location", "/b", false],
  ])("also of what %s: %s names", async (name, value, isGone) => {
    const world = cacheWorld();
    await world.ask({ path: "/b" }, { headers: MINUTE });
    await world.ask({ method: "POST" }, { status: 201, headers: { [name]: value } });
    expect((await world.ask({ path: "/b" }, { status: 500 })).forwarded).toBe(isGone);
  });

  it("is not done by the gateway's own errors", async () => {
    const world = cacheWorld();
    await world.ask({}, { headers: MINUTE });
    await world.ask({ method: "POST" }, { status: 200, code: "GW0533" });
    expect((await world.ask()).forwarded).toBe(false);
  });

  it.each(["before its head comes", "while its body comes"])("is of what is on its way, too: %s", async (when) => {
    const world = cacheWorld();
    const exchange = policyExchange();
    await world.policy.onRequest?.(exchange);
    const change = (): Promise<unknown> => world.ask({ method: "POST" });
    if (when.startsWith("before")) await change();
    const { response, finish } = responseOf({ headers: MINUTE, body: "old" }, exchange);
    await world.policy.onResponse?.(exchange, response);
    if (when.startsWith("while")) await change();
    finish();
    world.policy.onFinish?.(exchange);
    expect((await world.ask({}, { status: 500 })).forwarded).toBe(true);
  });

  it("is of every variant, and of what other routes store of the URI", async () => {
    const [one, two] = routes("one", "two") as [ReturnType<typeof cacheWorld>, ReturnType<typeof cacheWorld>];
    const stored = await storedOf(one);
    for (const route of ["one", "two"]) one.store.put(`${route}\nhttp://a.test/orders`, stored);
    await two.ask({ method: "POST" });
    expect(["one", "two"].map((route) => one.store.find(`${route}\nhttp://a.test/orders`))).toEqual([
      undefined,
      undefined,
    ]);
  });
});
