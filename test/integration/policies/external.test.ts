import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { connect } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { hashApiKey } from "../../../src/shared/credentials.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";
import { eventually } from "../../helpers/eventually.ts";

/** A gateway whose one route asks an auth service that answers by `listener`. */
async function startAsking(
  listener: RequestListener,
  headers: readonly string[] = ["x-user-id", "X-Plan"],
  before: readonly object[] = [],
) {
  const service = await startEndpoint(listener);
  const endpoint = await startEndpoint();
  const external = { external: { url: `${service.url}/verify?for=gw`, headers } };
  const started = await startGateway({
    services: { app: [endpoint.url] },
    routes: [{ match: "/", service: "app", policies: { authenticate: [...before, external] } }],
    consumers: [{ name: "mobile-app", apiKeys: [hashApiKey("k-123")] }],
  });
  return { service, endpoint, ...started };
}

/** The header fields of a request that came to a test's server. */
function headersOf(request: IncomingMessage | undefined): IncomingMessage["headers"] {
  if (request === undefined) throw new Error("no request has come");
  return request.headers;
}

const answering =
  (status: number, fields: Record<string, string | string[]> = {}, body = ""): RequestListener =>
  (_, response) =>
    response.writeHead(status, fields).end(body);

describe.each(WIRES)("external over %s", (wire) => {
  it("asks with the client's credentials and the gateway's own word on the request", async () => {
    const { port, service, endpoint } = await startAsking(answering(204));
    const { status } = await ask(wire, port, {
      method: "POST",
      path: "/orders/7?a=b%20c",
      host: `shop.test:${port}`,
      headers: {
        authorization: "Bearer t",
        cookie: "session=1; theme=dark",
        "x-forwarded-uri": "/public",
        "x-forwarded-method": "GET",
        "x-secret": "of the client",
        "content-type": "text/plain",
      },
      body: "a body",
    });
    expect(status).toBe(200);
    const [asked] = service.requests;
    expect([asked?.method, asked?.url]).toEqual(["GET", "/verify?for=gw"]);
    const { "x-request-id": id, connection: _, ...headers } = headersOf(asked);
    expect(id).toMatch(/^[0-9a-f]{12}-[0-9a-z]+$/);
    expect(headersOf(endpoint.requests[0])["x-request-id"]).toBe(id);
    expect(headers).toEqual({
      host: `127.0.0.1:${service.port}`,
      authorization: "Bearer t",
      cookie: "session=1; theme=dark",
      "x-forwarded-method": "POST",
      "x-forwarded-proto": "http",
      "x-forwarded-host": `shop.test:${port}`,
      "x-forwarded-uri": "/orders/7?a=b%20c",
      "x-forwarded-for": "127.0.0.1",
    });
  });

  it("lets in on 2xx: the chosen fields of the answer go on, and nothing else of it", async () => {
    const fields = { "X-User-Id": "u-7", "x-plan": ["gold", "old"], "x-admin": "yes", "x-consumer-id": "root" };
    const { port, endpoint } = await startAsking(answering(200, fields, "welcome"));
    const forged = { "x-user-id": "root", "x-plan": "forged", "x-consumer-id": "root", authorization: "Bearer t" };
    const { status, text, headers: answered } = await ask(wire, port, { headers: { ...forged, cookie: "a=b" } });
    expect([status, text, answered["x-user-id"]]).toEqual([200, "ok", undefined]);
    const headers = headersOf(endpoint.requests[0]);
    expect(headers).toMatchObject({ "x-user-id": "u-7", "x-plan": "gold, old", "x-consumer-id": "u-7", cookie: "a=b" });
    expect(headers["x-admin"]).toBeUndefined();
    expect(headers.authorization).toBeUndefined();
  });

  it("takes a client's own of the chosen fields out even where the answer has none", async () => {
    const { port, endpoint } = await startAsking(answering(200));
    const forged = {
      "X-User-Id": "root",
      X_User_Id: "root",
      "x-user_id": "root",
      "x_user-id": "root",
      x_plan: "forged",
    };
    await ask(wire, port, { headers: { ...forged, "x-plan": "forged" } });
    const headers = headersOf(endpoint.requests[0]);
    expect(Object.values(headers).filter((value) => value === "root" || value === "forged")).toEqual([]);
    expect([headers["x-user-id"], headers["x-plan"], headers["x-consumer-id"]]).toEqual([
      undefined,
      undefined,
      "external",
    ]);
  });

  it("takes them out, too, where another method lets in", async () => {
    const { port, service, endpoint } = await startAsking(answering(200), ["x-user-id"], [{ apiKey: {} }]);
    await ask(wire, port, { headers: { "x-api-key": "k-123", "x-user-id": "root" } });
    expect(service.requests).toHaveLength(0);
    const headers = headersOf(endpoint.requests[0]);
    expect([headers["x-user-id"], headers["x-consumer-id"]]).toEqual([undefined, "mobile-app"]);
  });

  it("is one method of several: its refusal is the answer only where no other one lets in", async () => {
    const refusing = await startEndpoint(answering(302, { location: "https://login.test/" }));
    const down = await startEndpoint(answering(500));
    for (const [first, without, withWrong] of [
      [refusing, 302, 302],
      [down, 503, 503],
    ] as const) {
      const methods = [{ external: { url: first.url } }, { apiKey: {} }];
      const app = await startEndpoint();
      const { port } = await startGateway({
        services: { app: [app.url] },
        routes: [{ match: "/", service: "app", policies: { authenticate: methods } }],
        consumers: [{ name: "mobile-app", apiKeys: [hashApiKey("k-123")] }],
      });
      expect((await ask(wire, port)).status).toBe(without);
      expect((await ask(wire, port, { headers: { "x-api-key": "wrong" } })).status).toBe(withWrong);
      expect(app.requests).toHaveLength(0);
      expect((await ask(wire, port, { headers: { "x-api-key": "k-123" } })).status).toBe(200);
    }
  });

  it("lets the auth service put another Authorization in the place of the client's", async () => {
    const { port, endpoint } = await startAsking(answering(200, { authorization: "Bearer inner" }), ["Authorization"]);
    await ask(wire, port, { headers: { authorization: "Bearer outer" } });
    expect(headersOf(endpoint.requests[0]).authorization).toBe("Bearer inner");
  });

  it.each([
    [302, { location: "https://login.test/?next=%2F", "set-cookie": ["a=1; Path=/", "b=2"] }, ""],
    [401, { "www-authenticate": 'Basic realm="theirs"', "content-type": "text/html" }, "<p>Who? Ä</p>"],
    [403, { "content-type": "application/json", "cache-control": "no-store" }, '{"no":1}'],
    [429, { "retry-after": "7" }, "slow down"],
  ])("gives the client a %i as it is", async (status, fields, body) => {
    const { port, endpoint, finished } = await startAsking(answering(status, fields, body));
    const reply = await ask(wire, port);
    expect([reply.status, reply.text]).toEqual([status, body]);
    expect(reply.headers).toMatchObject(fields);
    expect(endpoint.requests).toHaveLength(0);
    expect(finished).toMatchObject([{ status }]);
  });

  it("keeps what else an answer carries from the client", async () => {
    const smuggled = {
      "transfer-encoding": "chunked",
      connection: "close",
      "x-consumer-id": "root",
      "access-control-allow-origin": "*",
      "strict-transport-security": "max-age=1",
      server: "auth/1",
    };
    const { port } = await startAsking(answering(401, smuggled, "no"));
    const { headers, text } = await ask(wire, port);
    expect(text).toBe("no");
    const { connection: _, ...others } = smuggled;
    for (const name of Object.keys(others)) expect(headers[name]).toBeUndefined();
  });

  it("gives answers in other charsets on as UTF-8", async () => {
    const latin1: RequestListener = (_, response) =>
      response.writeHead(401, { "content-type": "text/html; charset=ISO-8859-1" }).end(Buffer.from("né", "latin1"));
    const { port } = await startAsking(latin1);
    const { headers, text } = await ask(wire, port);
    expect([headers["content-type"], text]).toEqual(["text/html; charset=utf-8", "né"]);
  });

  /** Raw octets of an answer, after which the connection ends. */
  const raw =
    (octets: string): RequestListener =>
    (_, response) =>
      void response.socket?.end(octets, "latin1");

  it.each<[string, RequestListener]>([
    ["500", answering(500, { "x-user-id": "u-7" }, "boom")],
    ["503 with a challenge", answering(503, { "www-authenticate": "Basic" }, "later")],
    ["no HTTP", raw("SSH-2.0-x\r\n")],
    ["a field that ends in a bare CR", raw("HTTP/1.1 200 OK\r\nx-user-id: a\rx-plan: b\r\n\r\n")],
    ["a field with a NUL", raw("HTTP/1.1 200 OK\r\nx-user-id: a\0b\r\n\r\n")],
    ["a head of more than 16 KiB", answering(200, { "x-user-id": "u".repeat(17_000) })],
    ["401 with more than 64 KiB", answering(401, {}, "x".repeat(64 * 1024 + 1))],
    ["401 with a body that is no text", raw("HTTP/1.1 401 No\r\ncontent-length: 2\r\n\r\n\xff\xfe")],
    ["401 with a coded body", answering(401, { "content-encoding": "gzip" }, "x")],
    ["another protocol", answering(101, { upgrade: "x", connection: "upgrade" })],
    ["nothing", (_, response) => void response.destroy()],
  ])("answers 503 where the auth service says %s", async (_, listener) => {
    const { port, endpoint, service } = await startAsking(listener);
    const { status, headers, text } = await ask(wire, port, { headers: { authorization: "Bearer t-1" } });
    expect([status, JSON.parse(text).code, headers["retry-after"]]).toEqual([503, "GW0508", "1"]);
    for (const secret of ["t-1", "boom", "verify", String(service.port)]) expect(text).not.toContain(secret);
    expect(endpoint.requests).toHaveLength(0);
  });

  it("does not make two lines of what an answer's field has encoded", async () => {
    const fields = { "x-user-id": "a%0d%0ax-admin: yes", "x-plan": "a, b; c=d" };
    const { port, endpoint } = await startAsking(answering(200, fields));
    await ask(wire, port);
    const headers = headersOf(endpoint.requests[0]);
    expect(headers).toMatchObject(fields);
    expect(headers["x-admin"]).toBeUndefined();
    // "%" is encoded once more, so that no two ids look alike.
    expect(headers["x-consumer-id"]).toBe("a%250d%250ax-admin: yes");
  });

  it("does not follow a redirect to itself", async () => {
    const { port, service } = await startAsking(answering(307, { location: "/verify" }));
    expect((await ask(wire, port)).status).toBe(307);
    expect(service.requests).toHaveLength(1);
  });

  it("asks for every request, over a connection that it uses again, and another one when that was closed", async () => {
    const { port, service } = await startAsking(answering(200, { "x-user-id": "u" }));
    const sockets = new Set<unknown>();
    service.server.on("connection", (socket) => sockets.add(socket));
    for (let i = 0; i < 3; i++) expect((await ask(wire, port)).status).toBe(200);
    expect([service.requests.length, sockets.size]).toEqual([3, 1]);
    service.server.closeIdleConnections();
    expect((await ask(wire, port)).status).toBe(200);
    expect([service.requests.length, sockets.size]).toEqual([4, 2]);
  });

  it("answers 503 where the auth service is down or silent for 5 s", async () => {
    let heard = (): void => {};
    const asked = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const { port, service } = await startAsking(() => heard());
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const reply = ask(wire, port);
      await asked;
      await vi.advanceTimersByTimeAsync(5_000);
      expect((await reply).status).toBe(503);
    } finally {
      vi.useRealTimers();
    }
    await service.kill();
    expect((await ask(wire, port)).status).toBe(503);
  });
});

/** Node's HTTP/2 client sends no second one. */
describe("external", () => {
  it("refuses two Authorization fields: the auth service and the endpoint might take different ones", async () => {
    const { port, service } = await startAsking(answering(200));
    const { status } = await ask("HTTP/1.1", port, { headers: { authorization: ["Bearer a", "Bearer b"] } });
    expect(status).toBe(400);
    expect(service.requests).toHaveLength(0);
  });
});

describe("external, when the client goes", () => {
  it("gives the question up, and asks no other method", async () => {
    const held: ServerResponse[] = [];
    const other = await startEndpoint(answering(200));
    const { port, gateway, endpoint } = await startAsking(
      answering(200),
      [],
      [
        { external: { url: (await startEndpoint((_, response) => void held.push(response))).url } },
        { external: { url: other.url } },
      ],
    );
    const client = connect(port, "127.0.0.1").end("GET / HTTP/1.1\r\nhost: a.test\r\n\r\n");
    await eventually(() => expect(held).toHaveLength(1));
    client.resetAndDestroy();
    await eventually(() => expect([held[0]?.closed, gateway.requestsInFlight]).toEqual([true, 0]));
    expect([other.requests.length, endpoint.requests.length]).toEqual([0, 0]);
  });
});
