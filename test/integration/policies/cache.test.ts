import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { ask, type Question, WIRES } from "../../helpers/wires.ts";

const KEEP_A_MINUTE = { "cache-control": "max-age=60" };

/** An endpoint, a gateway whose clock is moved by hand, and a route with `cache`. */
async function world(listener: RequestListener, cache: object = {}, extra: object = {}) {
  const time = { now: 1_000_000 };
  const endpoint = await startEndpoint(listener);
  const { port, gateway, finished } = await startGateway(
    {
      services: { app: { endpoints: [endpoint.url], retry: { attempts: 0 } } },
      routes: [{ name: "all", match: "/", service: "app", policies: { cache, ...extra } }],
    },
    { clock: { now: () => time.now } },
  );
  return { endpoint, port, gateway, finished, pass: (seconds: number) => void (time.now += seconds * 1000) };
}

const answering =
  (headers: Record<string, string>, body = "whole"): RequestListener =>
  (_, response) => {
    response.writeHead(200, headers);
    response.end(body);
  };

/** Answers 304 to its own ETag, and says which version it is otherwise. */
function versioned(current: { version: number }, headers: Record<string, string>): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    const etag = `"v${current.version}"`;
    const known = request.headers["if-none-match"] === etag;
    response.writeHead(known ? 304 : 200, { ...headers, etag });
    response.end(known ? undefined : `version ${current.version}`);
  };
}

describe.each(WIRES)("cache over %s", (wire) => {
  it("answers with what is stored, with its own Date and its age, until it is stale", async () => {
    const date = new Date(Date.now() - 5_000).toUTCString();
    const { endpoint, port, pass } = await world(answering({ "cache-control": "max-age=10", date }));
    const first = await ask(wire, port, { path: "/x?a=1" });
    expect(first.headers["cache-status"]).toBe("gatewayctl; fwd=uri-miss; stored; ttl=10");
    pass(9.999);
    const second = await ask(wire, port, { path: "/x?a=1" });
    expect([second.status, second.text, second.headers["age"]]).toEqual([200, "whole", "9"]);
    expect([second.headers["date"], second.headers["content-length"]]).toEqual([date, "5"]);
    expect(second.headers["cache-status"]).toBe("gatewayctl; hit; ttl=1");
    expect(endpoint.requests).toHaveLength(1);
    expect((await ask(wire, port, { path: "/x?a=2" })).headers["age"]).toBeUndefined();
    pass(0.001);
    expect((await ask(wire, port, { path: "/x?a=1" })).headers["cache-status"]).toContain("fwd=stale");
    expect(endpoint.requests).toHaveLength(3);
  });

  it("validates what is stale, on the same connection, and gives it whole or says that it is known", async () => {
    const current = { version: 1 };
    const { endpoint, port, pass } = await world(versioned(current, { "cache-control": "max-age=10", "x-n": "1" }));
    await ask(wire, port);
    pass(11);
    const whole = await ask(wire, port);
    expect([whole.status, whole.text, whole.headers["age"]]).toEqual([200, "version 1", "0"]);
    expect(whole.headers["cache-status"]).toBe("gatewayctl; fwd=stale; fwd-status=304; stored; ttl=10");
    expect((await ask(wire, port)).headers["cache-status"]).toBe("gatewayctl; hit; ttl=10");
    pass(11);
    const known = await ask(wire, port, { headers: { "if-none-match": 'W/"v1"' } });
    expect([known.status, known.text, known.headers["etag"]]).toEqual([304, "", '"v1"']);
    current.version = 2;
    pass(11);
    const newer = await ask(wire, port, { headers: { "if-none-match": '"v1"' } });
    expect([newer.status, newer.text]).toEqual([200, "version 2"]);
    expect((await ask(wire, port)).text).toBe("version 2");
    expect(endpoint.requests).toHaveLength(4);
    expect(new Set(endpoint.requests.map(({ socket }) => socket.remotePort)).size).toBe(1);
  });

  it("stores what a client has already, for the others", async () => {
    const { endpoint, port } = await world(versioned({ version: 1 }, KEEP_A_MINUTE));
    const first = await ask(wire, port, { headers: { "if-none-match": '"v1"' } });
    expect([first.status, first.text]).toEqual([304, ""]);
    expect(first.headers["cache-status"]).toBe("gatewayctl; fwd=uri-miss; fwd-status=200; stored; ttl=60");
    expect((await ask(wire, port)).text).toBe("version 1");
    expect(endpoint.requests).toHaveLength(1);
  });

  it("answers HEAD and ranges from what is stored for GET", async () => {
    const { endpoint, port } = await world(answering({ ...KEEP_A_MINUTE, etag: '"a"' }, "0123456789"));
    await ask(wire, port);
    const head = await ask(wire, port, { method: "HEAD" });
    expect([head.status, head.text, head.headers["content-length"]]).toEqual([200, "", "10"]);
    const range = async (value: string, more: Record<string, string> = {}) => {
      const { status, text, headers } = await ask(wire, port, { headers: { range: value, ...more } });
      return [status, text, headers["content-range"], headers["content-length"]];
    };
    expect(await range("bytes=2-4")).toEqual([206, "234", "bytes 2-4/10", "3"]);
    expect(await range("bytes=-2")).toEqual([206, "89", "bytes 8-9/10", "2"]);
    expect(await range("bytes=10-")).toEqual([416, "", "bytes */10", "0"]);
    expect(await range("bytes=2-4", { "if-range": '"b"' })).toEqual([200, "0123456789", undefined, "10"]);
    expect(endpoint.requests).toHaveLength(1);
  });

  it("asks again where a 304 is about another response", async () => {
    let count = 0;
    const { endpoint, port, pass } = await world((request, response) => {
      count++;
      const lies = request.headers["if-none-match"] !== undefined;
      response.writeHead(lies ? 304 : 200, { "cache-control": "max-age=1", etag: `"v${count}"` });
      response.end(lies ? undefined : `version ${count}`);
    });
    await ask(wire, port);
    pass(2);
    const asked = await ask(wire, port);
    expect([asked.status, asked.text]).toEqual([200, "version 3"]);
    expect(endpoint.requests).toHaveLength(3);
    expect(endpoint.requests[2]?.headers["if-none-match"]).toBeUndefined();
  });

  it("serves what is stale while it asks for a fresh one, once", async () => {
    const current = { version: 1 };
    const { endpoint, port, pass } = await world(versioned(current, { "cache-control": "max-age=10" }), {
      staleWhileRevalidate: "5s",
    });
    await ask(wire, port);
    current.version = 2;
    pass(12);
    const stale = await Promise.all([1, 2, 3].map(() => ask(wire, port, { headers: { range: "bytes=0-6" } })));
    expect(stale.map(({ status, text }) => [status, text])).toEqual([1, 2, 3].map(() => [206, "version"]));
    expect(stale.map(({ headers }) => headers["cache-status"])).toEqual(Array(3).fill("gatewayctl; hit; ttl=-2"));
    await until(() => endpoint.requests.length === 2);
    expect([endpoint.requests[1]?.headers["if-none-match"], endpoint.requests[1]?.headers["range"]]).toEqual([
      '"v1"',
      undefined,
    ]);
    let text = "";
    while (text !== "version 2") text = (await ask(wire, port)).text;
    expect(endpoint.requests).toHaveLength(2);
  });

  it("serves what is stale where the service fails, and where it cannot be reached", async () => {
    let fails = false;
    const listener: RequestListener = (_, response) => {
      response.writeHead(fails ? 503 : 200, { "cache-control": "max-age=10" });
      response.end(fails ? "broken" : "whole");
    };
    const { endpoint, port, pass } = await world(listener, { staleIfError: "1m" });
    await ask(wire, port);
    fails = true;
    pass(12);
    const stale = await ask(wire, port);
    expect([stale.status, stale.text, stale.headers["age"]]).toEqual([200, "whole", "12"]);
    expect(stale.headers["cache-status"]).toBe("gatewayctl; fwd=stale; fwd-status=503; ttl=-2; detail=stale-if-error");
    await endpoint.kill();
    expect((await ask(wire, port)).headers["cache-status"]).toBe(
      "gatewayctl; fwd=stale; ttl=-2; detail=stale-if-error",
    );
    pass(60);
    expect((await ask(wire, port)).status).toBe(502);
  });

  it("forgets a URI when it is changed, and those that the response names", async () => {
    const { endpoint, port } = await world((request, response) => {
      if (request.method === "POST")
        response.writeHead(201, { location: "/b", "content-location": "http://evil.test/c" });
      else response.writeHead(200, KEEP_A_MINUTE);
      response.end("x");
    });
    for (const path of ["/a", "/b", "/c"]) await ask(wire, port, { path });
    const posted = await ask(wire, port, { path: "/a", method: "POST" });
    expect(posted.headers["cache-status"]).toBe("gatewayctl; fwd=method");
    const again = [];
    for (const path of ["/a", "/b", "/c"]) again.push((await ask(wire, port, { path })).headers["age"]);
    expect(again).toEqual([undefined, undefined, "0"]);
    expect(endpoint.requests).toHaveLength(6);
  });

  it("is purged by URL, path, route, or whole", async () => {
    const { endpoint, port, gateway } = await world(answering(KEEP_A_MINUTE));
    const paths = ["/a?x=1", "/b/1", "/b/2", "/bb"];
    const fill = () => Promise.all(paths.map((path) => ask(wire, port, { path, host: "a.test" })));
    await fill();
    expect(await gateway.purgeCache({ url: "http://a.test/a?x=1" })).toBe(1);
    expect(await gateway.purgeCache({ prefix: "/b" })).toBe(2);
    expect(await gateway.purgeCache({ route: "other" })).toBe(0);
    await fill();
    expect(endpoint.requests).toHaveLength(7);
    expect(await gateway.purgeCache({ route: "all" })).toBe(4);
    await fill();
    expect(await gateway.purgeCache({ all: true })).toBe(4);
  });

  it("stores no response that was cut short, and none that is too long, and still passes them on", async () => {
    let cut = true;
    const { endpoint, port } = await world(
      (request, response) => {
        response.writeHead(200, { ...KEEP_A_MINUTE, ...(request.url === "/cut" ? { "content-length": "10" } : {}) });
        response.write("01234");
        if (request.url === "/cut" && cut) setImmediate(() => response.destroy());
        else response.end("56789");
      },
      { maxEntryBytes: "10B" },
    );
    await ask(wire, port, { path: "/cut" }).catch(() => undefined);
    cut = false;
    expect((await ask(wire, port, { path: "/cut" })).text).toBe("0123456789");
    expect((await ask(wire, port, { path: "/cut" })).headers["age"]).toBe("0");
    expect(endpoint.requests).toHaveLength(2);
  });

  it("says 504 to who wants nothing but what is stored", async () => {
    const { endpoint, port } = await world(answering(KEEP_A_MINUTE));
    const stored: Question = { headers: { "cache-control": "only-if-cached" } };
    const refused = await ask(wire, port, stored);
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([504, "GW0535"]);
    expect(refused.headers["cache-status"]).toBe("gatewayctl; detail=only-if-cached");
    await ask(wire, port);
    expect((await ask(wire, port, stored)).status).toBe(200);
    expect(endpoint.requests).toHaveLength(1);
  });

  it("is behind the policies that say who may pass", async () => {
    const { endpoint, port } = await world(
      answering({ "cache-control": "public, max-age=60" }),
      {},
      {
        rateLimit: { limit: 2, window: "1m" },
      },
    );
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await ask(wire, port)).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect(endpoint.requests).toHaveLength(1);
  });
});
