import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";

const TO_JSON = { response: { body: { from: "xml", to: "json" } } };
const XML = '<order id="7"><line>a</line><line>b</line></order>';
const JSON_TEXT = '{"order":{"@id":7,"line":["a","b"]}}';

describe.each(WIRES)("transform and other policies over %s", (wire) => {
  it("transforms what a cache has stored as it was, for GET, HEAD, conditions and ranges", async () => {
    const endpoint = await startEndpoint((_, response) => {
      response.writeHead(200, { "content-type": "text/xml", "cache-control": "max-age=60", etag: '"v1"' });
      response.end(XML);
    });
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [{ match: "/", service: "app", policies: { cache: {}, transform: TO_JSON } }],
    });
    const get = (headers: Record<string, string> = {}) => ask(wire, port, { path: "/x", headers });
    const length = String(JSON_TEXT.length);
    for (const reply of [await get(), await get(), await get({ range: "bytes=0-3" })]) {
      expect([reply.status, reply.text, reply.headers["content-length"], reply.headers["etag"]]).toEqual([
        200,
        JSON_TEXT,
        length,
        'W/"v1"',
      ]);
    }
    const head = await ask(wire, port, { method: "HEAD", path: "/x" });
    expect([head.status, head.headers["content-type"], head.headers["content-length"]]).toEqual([
      200,
      "application/json",
      length,
    ]);
    const same = await get({ "if-none-match": 'W/"v1"' });
    expect([same.status, same.headers["etag"]]).toEqual([304, 'W/"v1"']);
    expect(endpoint.requests).toHaveLength(1);
  });

  it("maps a composition", async () => {
    const endpoint = await startEndpoint((request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ path: request.url }));
    });
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [
        {
          match: "/all",
          compose: { a: { service: "app", path: "/a" }, b: { service: "app", path: "/b" } },
          policies: {
            transform: { response: { body: { to: "xml", root: "all", map: "{ 'path': [a.path, b.path] }" } } },
          },
        },
      ],
    });
    const reply = await ask(wire, port, { path: "/all" });
    expect(reply.text).toContain("<all><path>/a</path><path>/b</path></all>");
    expect(reply.headers["content-type"]).toBe("application/xml; charset=utf-8");
  });

  it("knows who was authenticated, and does not give on what was taken off", async () => {
    const endpoint = await startEndpoint();
    const key = "k-1";
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      consumers: [{ name: "mobile", apiKeys: [`sha256:${Buffer.from(digest).toString("hex")}`] }],
      routes: [
        {
          match: "/",
          service: "app",
          policies: {
            authenticate: [{ apiKey: {} }],
            transform: {
              request: {
                headers: { set: { "x-who": "{consumer}" }, rename: { "x-api-key": "x-copied" } },
                query: { set: { who: "{consumer}" } },
              },
            },
          },
        },
      ],
    });
    await ask(wire, port, { path: "/x", headers: { "x-api-key": key } });
    const [got] = endpoint.requests;
    expect([got?.url, got?.headers["x-who"], got?.headers["x-copied"]]).toEqual(["/x?who=mobile", "mobile", undefined]);
  });
});
