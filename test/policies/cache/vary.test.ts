import { describe, expect, it } from "vitest";
import { policyExchange } from "../support.ts";
import { cacheWorld, having, httpDate, responseOf } from "./support.ts";

const varying = (vary: string) => ({ headers: { "cache-control": "max-age=60", vary } });

describe("Vary (RFC 9111 section 4.1)", () => {
  it("keeps a response for each of what is selected, and says when there is none", async () => {
    const world = cacheWorld();
    await world.ask(having({ "x-a": "1" }), { ...varying("X-A"), body: "one" });
    const other = await world.ask(having({ "x-a": "2" }), { ...varying("X-A"), body: "two" });
    expect(other.said).toBe("fwd=vary-miss; stored; ttl=60");
    const bodies = [];
    for (const value of ["1", "2", "1"]) bodies.push((await world.ask(having({ "x-a": value }))).body);
    expect(bodies).toEqual(["one", "two", "one"]);
    expect((await world.ask()).said).toBe("fwd=vary-miss");
  });

  it.each<[string, Record<string, string>, Record<string, string>, boolean]>([
    ["a field that neither has", {}, {}, true],
    ["a field that one has", { "x-a": "1" }, {}, false],
    ["a field that is empty, and one that is not there", { "x-a": "" }, {}, false],
    ["space around commas", { "x-a": "1,2" }, { "x-a": "1 , 2" }, true],
    ["another order", { "x-a": "1,2" }, { "x-a": "2,1" }, false],
    ["another case", { "x-a": "b" }, { "x-a": "B" }, false],
  ])("compares %s", async (_, first, second, same) => {
    const world = cacheWorld();
    await world.ask(having(first), varying("x-a"));
    expect((await world.ask(having(second))).forwarded).toBe(!same);
  });

  it.each([
    ["accept-encoding", "gzip, br", "BR,gzip", true],
    ["accept-encoding", "gzip;q=0.5, br", "br, gzip; q=0.5", true],
    ["accept-encoding", "gzip", "gzip, br", false],
    ["accept-language", "en-GB, de", "EN-gb,de", true],
    ["accept-language", "en, de", "de, en", false],
    ["accept", "a/b", "A/b", false],
  ])("knows that %s: %s is %s", async (name, first, second, same) => {
    const world = cacheWorld();
    await world.ask(having({ [name]: first }), varying(name));
    expect((await world.ask(having({ [name]: second }))).forwarded).toBe(!same);
    // Once it has matched, it does so at a glance.
    expect((await world.ask(having({ [name]: second }))).forwarded).toBe(!same);
  });

  it("is about what the endpoint is told, and about what the client has said where that was changed", async () => {
    const world = cacheWorld();
    const ask = async (id: string | undefined) => {
      const exchange = policyExchange(having({ "x-consumer-id": "forged" }));
      exchange.requestFields.remove("x-consumer-id");
      if (id !== undefined) exchange.requestFields.append("x-consumer-id", id);
      const verdict = await world.policy.onRequest?.(exchange);
      if (verdict !== undefined) return "hit";
      const { response, finish } = responseOf(varying("X-Consumer-Id"), exchange);
      await world.policy.onResponse?.(exchange, response);
      finish();
      world.policy.onFinish?.(exchange);
      return "miss";
    };
    expect([await ask("ada"), await ask("bob"), await ask("ada"), await ask(undefined), await ask("bob")]).toEqual([
      "miss",
      "miss",
      "hit",
      "miss",
      "hit",
    ]);
    expect((await world.ask(having({ "x-consumer-id": "ada" }))).forwarded).toBe(true);
  });

  it.each(["x-forwarded-for", "forwarded", "x-real-ip"])("takes %s for the client's address", async (name) => {
    const world = cacheWorld();
    await world.ask({ clientIp: "192.0.2.1" }, varying(name));
    expect((await world.ask({ clientIp: "192.0.2.1" })).forwarded).toBe(false);
    expect((await world.ask({ clientIp: "192.0.2.2" })).forwarded).toBe(true);
  });

  it("stores nothing that no other request could select", async () => {
    for (const vary of ["*", "accept, *", "X-Request-Id"]) {
      const world = cacheWorld();
      await world.ask({}, varying(vary));
      expect(world.store.usage.responses, vary).toBe(0);
    }
  });

  it("has the config's fields beside its own", async () => {
    const world = cacheWorld({ vary: ["X-Tenant"] });
    const headers = { "cache-control": "max-age=60" };
    await world.ask(having({ "x-tenant": "a" }), { headers, body: "of a" });
    await world.ask(having({ "x-tenant": "b" }), { headers, body: "of b" });
    expect((await world.ask(having({ "x-tenant": "a" }))).body).toBe("of a");
    expect((await world.ask(having({ "x-tenant": "c" }))).said).toBe("fwd=vary-miss");
  });

  it("gives the newest by Date of several that match (section 4)", async () => {
    const world = cacheWorld();
    const headers = { "cache-control": "max-age=6000" };
    await world.ask(having({ "x-a": "1" }), { headers: { ...headers, vary: "x-a", date: httpDate(0) }, body: "newer" });
    await world.ask(having({ "x-a": "2" }), { headers: { ...headers, date: httpDate(-60) }, body: "older" });
    expect((await world.ask(having({ "x-a": "1" }))).body).toBe("newer");
    expect((await world.ask(having({ "x-a": "3" }))).body).toBe("older");
  });
});
