import { gzipSync, brotliCompressSync } from "node:zlib";
import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";
import { OPENAPI_FOLDER, PET, startPetstore } from "./petstore.ts";
import { leastTime } from "../../helpers/cost.ts";

const JSON_TYPE = { "content-type": "application/json" };
const ORDER = {
  type: "object",
  required: ["id"],
  properties: { id: { type: "integer" }, items: { type: "array", items: { type: "object" } } },
};

async function startOrders(validate: Record<string, unknown>, route: Record<string, unknown> = {}) {
  const bodies: Buffer[] = [];
  const endpoint = await startEndpoint((asked, response) => {
    const parts: Buffer[] = [];
    asked.on("data", (part: Buffer) => parts.push(part));
    asked.on("end", () => {
      bodies.push(Buffer.concat(parts));
      response.end("ok");
    });
  });
  const { port } = await startGateway({
    services: { app: [endpoint.url] },
    routes: [{ match: "/orders/{order}", service: "app", policies: { validate }, ...route }],
  });
  return { port, bodies, requests: endpoint.requests };
}

/** Sends octets, in several parts if asked, without a length. */
function send(port: number, headers: Record<string, string>, body: Buffer): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: "127.0.0.1", port, method: "POST", path: "/orders/1", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asking.on("error", reject);
    asking.write(body.subarray(0, body.length >> 1));
    asking.end(body.subarray(body.length >> 1));
  });
}

describe.each(WIRES)("validate with JSON Schemas over %s", (wire) => {
  it("holds body, query, headers and captures against a schema each, and says all at once what is wrong with the head", async () => {
    const { port, requests } = await startOrders({
      body: ORDER,
      query: {
        required: ["v"],
        properties: { v: { type: "integer" }, tag: { type: "array", items: { maxLength: 2 } } },
      },
      headers: { required: ["X-Tenant"], properties: { "X-Tenant": { pattern: "^[a-z]+$" } } },
      params: { properties: { order: { type: "integer" } } },
    });
    const bad = await ask(wire, port, {
      method: "POST",
      path: "/orders/x?v=1.5&tag=abc",
      headers: JSON_TYPE,
      body: "{}",
    });
    expect([bad.status, bad.headers["content-type"]]).toEqual([400, "application/problem+json"]);
    const problem = JSON.parse(bad.text) as Record<string, unknown>;
    expect(problem["errors"]).toEqual([
      { in: "path", pointer: "/order", message: "must be integer", keyword: "type" },
      { in: "query", pointer: "/v", message: "must be integer", keyword: "type" },
      { in: "query", pointer: "/tag/0", message: "must NOT have more than 2 characters", keyword: "maxLength" },
      { in: "header", pointer: "/X-Tenant", message: "is required", keyword: "required" },
    ]);
    expect(problem["detail"]).toBe("Path /order must be integer; and 3 more.");
    const headers = { ...JSON_TYPE, "x-tenant": "a" };
    const worse = await ask(wire, port, { method: "POST", path: "/orders/1?v=1", headers, body: '{"id": "1"}' });
    expect(JSON.parse(worse.text)).toMatchObject({ errors: [{ in: "body", pointer: "/id", keyword: "type" }] });
    const good = await ask(wire, port, {
      method: "POST",
      path: "/orders/1?v=1&tag=a&tag=b",
      headers,
      body: '{"id": 1}',
    });
    expect([good.status, good.text]).toEqual([200, "ok"]);
    expect(requests).toHaveLength(1);
  });

  it("never repeats what was sent", async () => {
    const { port } = await startOrders({
      body: { properties: { card: { type: "string", pattern: "^[0-9]+$", maxLength: 4 }, kind: { enum: ["a"] } } },
      query: { properties: { token: { type: "integer" } } },
    });
    const secret = "s3cr3t-value";
    const query = await ask(wire, port, { path: `/orders/1?token=${secret}` });
    const body = await ask(wire, port, {
      method: "POST",
      path: "/orders/1",
      headers: JSON_TYPE,
      body: JSON.stringify({ card: secret, kind: secret }),
    });
    const broken = await ask(wire, port, {
      method: "POST",
      path: "/orders/1",
      headers: JSON_TYPE,
      body: `{"a": ${secret}`,
    });
    expect([query.status, body.status, broken.status]).toEqual([400, 400, 400]);
    expect([query.text, body.text, broken.text].filter((text) => text.includes(secret))).toEqual([]);
  });

  it("asks for a body where the method means nothing without one, and leaves other requests alone", async () => {
    const { port } = await startOrders({ body: ORDER });
    const status = async (method: string) => (await ask(wire, port, { method, path: "/orders/1" })).status;
    expect([await status("GET"), await status("DELETE"), await status("POST"), await status("PUT")]).toEqual([
      200, 200, 400, 400,
    ]);
  });

  it("reads a form by the schema's types", async () => {
    const { port, bodies } = await startOrders({ body: ORDER });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const post = (body: string) => ask(wire, port, { method: "POST", path: "/orders/1", headers, body });
    expect([(await post("id=7")).status, (await post("id=x")).status, (await post("id=7&id=8")).status]).toEqual([
      200, 400, 400,
    ]);
    expect(bodies.map(String)).toEqual(["id=7"]);
  });
});

describe("the bodies that validate reads", () => {
  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
  ])("are decoded, and go on as they came: %s", async (coding, encode) => {
    const { port, bodies } = await startOrders({ body: ORDER });
    const headers = { ...JSON_TYPE, "content-encoding": coding };
    const coded = encode('{"id": 1}');
    expect((await send(port, headers, coded)).status).toBe(200);
    expect(bodies[0]?.equals(coded)).toBe(true);
    const bad = await send(port, headers, encode('{"id": "x"}'));
    expect(JSON.parse(bad.text)).toMatchObject({ status: 400, errors: [{ pointer: "/id" }] });
    expect((await send(port, headers, Buffer.from("not coded"))).text).toContain("is not of its Content-Encoding");
  });

  it("are not unpacked beyond the limit", async () => {
    const { port, requests } = await startOrders({ body: {}, maxBytes: "16KiB" });
    const bomb = gzipSync(Buffer.alloc(8 * 1024 ** 2, " "));
    expect(bomb.length).toBeLessThan(16 * 1024);
    const reply = await send(port, { ...JSON_TYPE, "content-encoding": "gzip" }, bomb);
    expect(JSON.parse(reply.text)).toMatchObject({ status: 413, code: "GW0516" });
    const long = await send(port, { ...JSON_TYPE, "transfer-encoding": "chunked" }, Buffer.alloc(17 * 1024, " "));
    expect(JSON.parse(long.text)).toMatchObject({ status: 413, code: "GW0516" });
    expect(requests).toHaveLength(0);
  });

  it("are not refused in error by a pattern that is slow for some of them", async () => {
    const { port } = await startOrders({ body: { properties: { slug: { pattern: "^([a-z]+-?)+$" } } } });
    const slug = (text: string) => send(port, JSON_TYPE, Buffer.from(JSON.stringify({ slug: text })));
    expect((await slug("a-quite-ordinary-name-of-something")).status).toBe(200);
    const evil = await slug(`${"a".repeat(60)}!`);
    expect(await leastTime(() => slug(`${"a".repeat(60)}!`), 1_000)).toBeLessThan(1_000);
    expect(JSON.parse(evil.text)).toMatchObject({ status: 400, errors: [{ keyword: "timeout" }] });
  });
});

describe.each(WIRES)("the responses that validate looks at over %s", (wire) => {
  async function startWatched(responses: "warn" | "off") {
    const store = await startPetstore();
    const warnings: string[] = [];
    const counters = new Map<string, { value: number }>();
    const { port } = await startGateway(
      {
        services: { pets: [store.url] },
        routes: [
          {
            name: "shop",
            match: "/",
            service: "pets",
            policies: { validate: { openapi: "petstore.yaml", responses } },
          },
        ],
      },
      {
        baseDirectory: OPENAPI_FOLDER,
        onWarning: (message) => warnings.push(message),
        counter: (name, labels) => {
          const key = `${name} ${labels["route"]} ${labels["result"]}`;
          if (!counters.has(key)) counters.set(key, { value: 0 });
          return counters.get(key) as { value: number };
        },
      },
    );
    const count = (result: string) => counters.get(`gatewayctl_validate_responses_total shop ${result}`)?.value;
    return { store, port, warnings, count };
  }

  it("are counted and told of once for each fault, and never changed", async () => {
    const { store, port, warnings, count } = await startWatched("warn");
    expect((await ask(wire, port, { path: "/pets/7" })).text).toBe(JSON.stringify(PET));
    await until(() => count("ok") === 1);
    const pets = JSON.stringify([
      { ...PET, price: "12" },
      { ...PET, price: "13", secret: "x" },
    ]);
    store.answer = { status: 200, headers: { ...JSON_TYPE, "x-total": "many" }, body: pets };
    for (let time = 0; time < 3; time++) {
      const reply = await ask(wire, port, { path: "/pets" });
      expect([reply.status, reply.text]).toEqual([200, pets]);
    }
    await until(() => count("invalid") === 3);
    expect(warnings).toEqual([
      "route shop: a response breaks its OpenAPI document: GET /pets answered 200: header /x-total must be integer",
      "route shop: a response breaks its OpenAPI document: GET /pets answered 200: body /*/price must be number",
      "route shop: a response breaks its OpenAPI document: GET /pets answered 200: body /*/secret is write-only: no response must have it",
    ]);
    store.answer = { status: 418, headers: {}, body: "" };
    await ask(wire, port, { path: "/pets/7" });
    store.answer = { status: 200, headers: { "content-type": "text/html" }, body: "<p>" };
    await ask(wire, port, { path: "/pets/7" });
    expect(warnings.slice(3).map((text) => text.replace(/^.*: /, ""))).toEqual([
      "the status 418 is not described",
      "a body of text/html is not described",
    ]);
  });

  it("are not held up by a body that is too long to look at", async () => {
    const { store, port, warnings, count } = await startWatched("warn");
    const body = JSON.stringify({ ...PET, name: "x".repeat(1_100_000) });
    store.answer = { status: 200, headers: JSON_TYPE, body };
    expect((await ask(wire, port, { path: "/pets/7" })).text).toBe(body);
    await until(() => count("unchecked") === 1);
    expect(warnings).toEqual([]);
  });

  it("are decoded to be looked at", async () => {
    const { store, port, warnings } = await startWatched("warn");
    const body = gzipSync(JSON.stringify({ ...PET, price: -1 }));
    store.answer = { status: 200, headers: { ...JSON_TYPE, "content-encoding": "gzip" }, body };
    expect((await ask(wire, port, { path: "/pets/7" })).headers["content-length"]).toBe(String(body.length));
    await until(() => warnings.length > 0);
    expect(warnings[0]).toContain("200: body /price must be > 0");
  });

  it("are let be if asked", async () => {
    const { store, port, warnings, count } = await startWatched("off");
    store.answer = { status: 418, headers: {}, body: "" };
    expect((await ask(wire, port, { path: "/pets/7" })).status).toBe(418);
    expect([warnings, count("invalid")]).toEqual([[], undefined]);
  });
});
