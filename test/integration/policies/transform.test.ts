import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { startEndpoint, type TestEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";

interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Answers with what it got, and with what `reply` says. */
function startEcho(reply: { status?: number; headers?: Record<string, string>; body?: string | Buffer } = {}) {
  const seen: Echo[] = [];
  return startEndpoint((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      seen.push({ method, url, headers: headers as Echo["headers"], body: Buffer.concat(parts).toString() });
      response.writeHead(reply.status ?? 200, reply.headers ?? { "content-type": "text/plain" });
      response.end(request.method === "HEAD" ? undefined : (reply.body ?? "ok"));
    });
  }).then((endpoint) => ({ ...endpoint, seen }));
}

function start(endpoint: Pick<TestEndpoint, "url">, transform: unknown, more: Record<string, unknown> = {}) {
  return startGateway({
    services: { app: [endpoint.url] },
    routes: [{ match: "/orders/{id}", service: "app", policies: { transform, ...more } }],
  });
}

const XML =
  '<?xml version="1.0"?>\n<order id="7"><line><sku>a</sku></line><line><sku>b</sku></line><total>5.5</total></order>';

describe.each(WIRES)("transform over %s", (wire) => {
  it("changes the request's fields and query, and no other octet of them", async () => {
    const endpoint = await startEcho();
    const { port } = await start(endpoint, {
      request: {
        headers: {
          set: { "x-order": "{id}", "x-env": "dev" },
          remove: ["x-secret"],
          rename: { "x-a": "x-b" },
          add: { "x-list": "2" },
        },
        query: { set: { source: "gateway" }, remove: ["debug"], add: { tag: "{header.x-tag}" } },
      },
    });
    const path = "/orders/a%2Fb?q=%7e+x&debug=1&source=me&%64ebug=2";
    const headers = { "x-secret": "s", "x-a": "1", "x-list": "1", "x-tag": "a&b=c" };
    expect((await ask(wire, port, { path, headers })).text).toBe("ok");
    const [got] = endpoint.seen;
    expect(got?.url).toBe("/orders/a%2Fb?q=%7e+x&source=gateway&tag=a%26b%3Dc");
    expect(got?.headers).toMatchObject({ "x-order": "a/b", "x-env": "dev", "x-b": "1", "x-list": "1, 2" });
    expect(got?.headers).not.toHaveProperty("x-a");
    expect(got?.headers).not.toHaveProperty("x-secret");
  });

  it("keeps what clients put into values from beginning a field or a request", async () => {
    const endpoint = await startEcho();
    const { port } = await start(endpoint, {
      request: { headers: { set: { "x-q": "{query.q}" } }, query: { set: { r: "{query.q}" } } },
    });
    await ask(wire, port, { path: "/orders/1?q=a%0d%0ax-evil:%201%0d%0a%0d%0aGET%20/admin" });
    const [got, ...others] = endpoint.seen;
    expect(others).toEqual([]);
    expect(got?.headers).toMatchObject({ "x-q": "a??x-evil: 1????GET /admin" });
    expect(got?.headers).not.toHaveProperty("x-evil");
    expect(got?.url).toContain("r=a%0D%0Ax-evil%3A%201");
  });

  it("makes XML of a JSON request, with a length and type that are true", async () => {
    const endpoint = await startEcho();
    const { port } = await start(endpoint, { request: { body: { from: "json", to: "xml", root: "order" } } });
    const headers = { "content-type": "application/json" };
    const body = '{"@id":7,"line":[{"sku":"ä"},{"sku":"b"}]}';
    expect((await ask(wire, port, { method: "POST", path: "/orders/1", headers, body })).status).toBe(200);
    const [got] = endpoint.seen;
    const xml =
      '<?xml version="1.0" encoding="UTF-8"?>\n<order id="7"><line><sku>ä</sku></line><line><sku>b</sku></line></order>';
    expect(got?.body).toBe(xml);
    expect(got?.headers).toMatchObject({
      "content-type": "application/xml; charset=utf-8",
      "content-length": String(Buffer.byteLength(xml)),
    });
    expect(got?.headers).not.toHaveProperty("transfer-encoding");
  });

  it("refuses what it cannot read, and the endpoint never hears of it", async () => {
    const endpoint = await startEcho();
    const { port } = await start(endpoint, { request: { body: { from: "json", to: "xml", maxBytes: "1KiB" } } });
    const send = async (type: string, body: string) => {
      const { status, text, headers } = await ask(wire, port, {
        method: "POST",
        path: "/orders/1",
        headers: { "content-type": type },
        body,
      });
      return [status, (JSON.parse(text) as { code: string }).code, headers["accept"]];
    };
    expect(await send("application/json", "{")).toEqual([400, "GW0519", undefined]);
    expect(await send("text/plain", "{}")).toEqual([415, "GW0520", "application/json"]);
    expect(await send("application/json", `"${"x".repeat(2_000)}"`)).toEqual([413, "GW0521", undefined]);
    expect(endpoint.seen).toEqual([]);
    const passed = await ask(wire, port, { path: "/orders/1" });
    expect(passed.text).toBe("ok");
  });

  it("makes JSON of an XML response, mapped, decoded, with a length, type and tag that are true", async () => {
    const endpoint = await startEcho({
      headers: {
        "content-type": "application/xml",
        "content-encoding": "gzip",
        etag: '"v1"',
        "accept-ranges": "bytes",
        "content-md5": "x",
        server: "old",
      },
      body: gzipSync(XML),
    });
    const { port } = await start(endpoint, {
      response: {
        headers: { remove: ["server"], set: { "x-status": "{status}" } },
        body: {
          from: "xml",
          to: "json",
          map: "{ 'id': order.'@id', 'skus': order.line.sku, 'total': order.total, 'by': $request.captures.id }",
        },
      },
    });
    const reply = await ask(wire, port, {
      path: "/orders/9",
      headers: { accept: "application/json", "accept-encoding": "gzip, zstd", range: "bytes=0-3" },
    });
    expect(JSON.parse(reply.text)).toEqual({ id: 7, skus: ["a", "b"], total: 5.5, by: "9" });
    expect(reply.headers).toMatchObject({
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(reply.text)),
      etag: 'W/"v1"',
      "x-status": "200",
    });
    for (const name of ["content-encoding", "accept-ranges", "content-md5", "server"]) {
      expect(reply.headers[name]).toBeUndefined();
    }
    expect(endpoint.seen[0]?.headers).toMatchObject({
      accept: "application/xml, text/xml;q=0.9, */*;q=0.1",
      "accept-encoding": "identity",
    });
    expect(endpoint.seen[0]?.headers).not.toHaveProperty("range");
  });

  it("answers HEAD with the head of what GET would get, and no length", async () => {
    const endpoint = await startEcho({
      headers: { "content-type": "text/xml", "content-length": String(XML.length), etag: '"v1"' },
      body: XML,
    });
    const { port } = await start(endpoint, { response: { body: { from: "xml", to: "json" } } });
    const head = await ask(wire, port, { method: "HEAD", path: "/orders/1" });
    expect([head.status, head.headers["content-type"], head.headers["content-length"], head.headers["etag"]]).toEqual([
      200,
      "application/json",
      undefined,
      'W/"v1"',
    ]);
    const get = await ask(wire, port, { path: "/orders/1" });
    expect(get.headers["content-type"]).toBe("application/json");
  });

  it("lets a client ask whether what it has is still good", async () => {
    const endpoint = await startEndpoint((request, response) => {
      const fresh = request.headers["if-none-match"]?.replace("W/", "") === '"v1"';
      response.writeHead(fresh ? 304 : 200, { etag: '"v1"', ...(fresh ? {} : { "content-type": "text/xml" }) });
      response.end(fresh ? undefined : XML);
    });
    const { port } = await start(endpoint, { response: { body: { from: "xml", to: "json" } } });
    const first = await ask(wire, port, { path: "/orders/1" });
    const headers = { "if-none-match": String(first.headers["etag"]) };
    const second = await ask(wire, port, { path: "/orders/1", headers });
    expect([second.status, second.text, second.headers["etag"]]).toEqual([304, "", 'W/"v1"']);
  });

  it.each<[what: string, headers: Record<string, string>, body: string | Buffer, status: number]>([
    ["not well-formed", { "content-type": "text/xml" }, "<a><b></a>", 200],
    ["too long", { "content-type": "text/xml" }, `<a>${"x".repeat(3_000)}</a>`, 200],
    [
      "too long, decoded",
      { "content-type": "text/xml", "content-encoding": "gzip" },
      gzipSync(`<a>${"x".repeat(3_000)}</a>`),
      200,
    ],
    ["partial", { "content-type": "text/xml", "content-range": "bytes 0-3/10" }, "<a/>", 206],
  ])("is 502 where a response cannot be transformed: %s", async (_, headers, body, status) => {
    const endpoint = await startEcho({ status, headers, body });
    const { port, finished } = await start(endpoint, {
      response: { body: { from: "xml", to: "json", maxBytes: "2KiB" } },
    });
    const reply = await ask(wire, port, { path: "/orders/1" });
    expect([reply.status, (JSON.parse(reply.text) as { code: string }).code]).toEqual([502, "GW0522"]);
    expect(reply.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(reply.headers["content-range"]).toBeUndefined();
    await expect.poll(() => finished.map(({ code }) => code)).toEqual(["GW0522"]);
    // The connection to the endpoint is given up or free again: the next one is served.
    expect((await ask(wire, port, { path: "/orders/1" })).status).toBe(502);
  });

  it("tells clients from elsewhere nothing of what is in a response that could not be transformed", async () => {
    const endpoint = await startEcho({ headers: { "content-type": "text/xml" }, body: "<secret></wrong>" });
    const texts = ["127.0.0.1:0", "0.0.0.0:0"].map(async (http) => {
      const { port } = await startGateway({
        listeners: [{ http }],
        services: { app: [endpoint.url] },
        routes: [
          { match: "/", service: "app", policies: { transform: { response: { body: { from: "xml", to: "json" } } } } },
        ],
      });
      return (await ask(wire, port, { path: "/" })).text;
    });
    const [shown, hidden] = await Promise.all(texts);
    expect(shown).toContain("its body closes <secret> by </wrong> (line 1, column 9)");
    expect(hidden).toContain("GW0522");
    expect(hidden).not.toContain("secret");
  });

  it("leaves alone what is of another type, the gateway's own errors, and long streams", async () => {
    const big = "x".repeat(3_000_000);
    const endpoint = await startEcho({ headers: { "content-type": "text/html" }, body: big });
    const { port } = await start(endpoint, { response: { body: { from: "xml", to: "json" } } });
    const reply = await ask(wire, port, { path: "/orders/1" });
    expect([reply.status, reply.headers["content-type"], reply.text.length]).toEqual([200, "text/html", big.length]);
    await endpoint.kill();
    const failed = await ask(wire, port, { path: "/orders/1" });
    expect([failed.status, failed.headers["content-type"]]).toEqual([502, "application/problem+json"]);
  });

  it("transforms what the route answers by itself, too", async () => {
    const { port } = await startGateway({
      services: {},
      routes: [
        {
          match: "/ping",
          respond: { status: 200, headers: { "content-type": "application/json" }, body: '{"pong":[1,2]}' },
          policies: {
            transform: { response: { body: { from: "json", to: "xml" }, headers: { set: { "x-route": "{route}" } } } },
          },
        },
      ],
    });
    const reply = await ask(wire, port, { path: "/ping" });
    expect(reply.text).toBe('<?xml version="1.0" encoding="UTF-8"?>\n<root><pong>1</pong><pong>2</pong></root>');
    expect(reply.headers).toMatchObject({ "content-type": "application/xml; charset=utf-8", "x-route": "ping" });
  });

  it("is behind compress: what is coded is what was made", async () => {
    const endpoint = await startEcho({
      headers: { "content-type": "text/xml" },
      body: `<a>${"<b>x</b>".repeat(500)}</a>`,
    });
    const { port } = await start(
      endpoint,
      { response: { body: { from: "xml", to: "json" } } },
      { compress: { encodings: ["gzip"], minBytes: "1KiB" } },
    );
    const response = await fetch(`http://127.0.0.1:${port}/orders/1`, { headers: { "accept-encoding": "gzip" } });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(Object.keys((await response.json()) as object)).toEqual(["a"]);
  });

  it("serves others while an expression runs away", async () => {
    const endpoint = await startEcho();
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [
        { match: "/free", service: "app" },
        {
          match: "/",
          service: "app",
          policies: { transform: { request: { body: { map: "($f := function($n) { $f($n + 1) }; $f(1))" } } } },
        },
      ],
    });
    const headers = { "content-type": "application/json" };
    const stuck = ask(wire, port, { method: "POST", path: "/x", headers, body: "{}" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    let isStuck = true;
    void stuck.then(() => {
      isStuck = false;
    });
    expect((await ask(wire, port, { path: "/free" })).text).toBe("ok");
    expect(isStuck).toBe(true);
    const reply = await stuck;
    expect([reply.status, (JSON.parse(reply.text) as { code: string }).code]).toEqual([500, "GW0523"]);
  });
});
