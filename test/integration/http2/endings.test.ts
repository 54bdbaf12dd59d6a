import { constants } from "node:http2";
import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";
import { data, headers, POST, reset } from "../../conformance/http2/frames.ts";
import { connectHttp2 } from "../../conformance/http2/raw-client.ts";
import { connectClient, responseOf, send } from "./client.ts";

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;

describe("an answer cut short at the endpoint is seen as cut short by the client", () => {
  it.each([
    ["with a length", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"],
    ["in chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"],
    ["with a chunk that is none", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense\r\n"],
  ])("%s", async (_, answer) => {
    const endpoint = await startWireEndpoint({
      onRequest: (request, socket) => {
        if (request.target === "/whole") return void socket.write(ok("whole"));
        socket.write(answer);
        setTimeout(() => socket.destroy(), 20);
      },
    });
    const { gateway, port, finished } = await startGateway(appConfig([endpoint.url]));
    const client = await connectClient(port);
    const response = await send(client, {});
    expect([response.status, response.whole, response.code]).toEqual([200, false, NGHTTP2_INTERNAL_ERROR]);
    expect(finished[0]?.code).toBe("GW0303");
    // The connection is none the worse for it.
    expect((await send(client, { ":path": "/whole" })).text).toBe("whole");
    await until(() => atRest(gateway));
  });

  it("but one that ends with the endpoint's connection is whole", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => void socket.end("HTTP/1.1 200 OK\r\n\r\nuntil the end"),
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const response = await send(await connectClient(port), {});
    expect([response.text, response.whole, response.code]).toEqual(["until the end", true, NGHTTP2_NO_ERROR]);
  });
});

describe("a client that gives up", () => {
  const silent = async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (request, socket) => void (request.target === "/" || socket.write(ok("x"))),
    });
    return { endpoint, ...(await startGateway(appConfig([endpoint.url]))) };
  };

  it.each([
    ["one stream", NGHTTP2_CANCEL],
    ["one stream without an error", NGHTTP2_NO_ERROR],
  ])("%s: the endpoint is told at once, and the others go on", async (_, code) => {
    const { endpoint, port, gateway, finished } = await silent();
    const client = await connectClient(port);
    const stream = client.request({ ":path": "/" });
    stream.on("error", () => {});
    await until(() => endpoint.requests.length === 1);
    stream.close(code);
    await until(() => endpoint.open() === 0, "the endpoint was not told");
    expect(finished.map(({ status }) => status)).toEqual([499]);
    expect((await send(client, { ":path": "/x" })).text).toBe("x");
    await until(() => atRest(gateway));
  });

  it("a HEAD", async () => {
    const { endpoint, port, gateway } = await silent();
    const client = await connectClient(port);
    const stream = client.request({ ":path": "/", ":method": "HEAD" });
    stream.on("error", () => {});
    await until(() => endpoint.requests.length === 1);
    stream.close(NGHTTP2_CANCEL);
    await until(() => endpoint.open() === 0 && atRest(gateway), "the endpoint was not told");
  });

  it("its connection: all endpoints are told", async () => {
    const { endpoint, port, gateway, finished } = await silent();
    const client = await connectClient(port);
    for (let i = 0; i < 5; i++) client.request({ ":path": "/" }).on("error", () => {});
    await until(() => endpoint.requests.length === 5);
    client.destroy();
    await until(() => endpoint.open() === 0 && atRest(gateway), "an endpoint was not told");
    expect(finished.map(({ status }) => status)).toEqual([499, 499, 499, 499, 499]);
    await until(() => gateway.connections === 0, "the connection was kept");
  });

  it.each([
    ["with a length", { "content-length": "10" }],
    ["without", {}],
  ])("in the middle of its body, %s: the endpoint never takes it for whole", async (_, fields) => {
    let received = "";
    const endpoint = await startWireEndpoint({
      onConnection: (socket) => void socket.on("data", (chunk: Buffer) => (received += chunk.toString())),
    });
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const client = await connectHttp2(port);
    // Without an error, too (RFC 9113 section 5.4.2 asks for none of any code).
    for (const [id, code] of [
      [1, NGHTTP2_CANCEL],
      [3, NGHTTP2_NO_ERROR],
      [5, NGHTTP2_INTERNAL_ERROR],
    ] as const) {
      received = "";
      client.send(headers(id, [...POST, ...Object.entries(fields)], false), data(id, "abc", false));
      await until(() => received.includes("abc"));
      client.send(reset(id, code));
      await until(() => endpoint.open() === 0 && atRest(gateway), "the endpoint was not told");
      expect(received).toMatch(/abc(?:\r\n)?$/);
    }
    expect(endpoint.requests).toHaveLength(0);
  });
});

describe("an answer that does not wait for the request's body", () => {
  it.each(["with a length", "in chunks"])(
    "%s, comes whole, and the client is told to send no more",
    async (framing) => {
      const answer =
        framing === "in chunks"
          ? "HTTP/1.1 403 No\r\ntransfer-encoding: chunked\r\n\r\n2\r\nno\r\n0\r\nx-why: because\r\n\r\n"
          : "HTTP/1.1 403 No\r\ncontent-length: 2\r\n\r\nno";
      const endpoint = await startWireEndpoint({ onHead: (_head, socket) => void socket.write(answer) });
      const { port, gateway } = await startGateway(appConfig([endpoint.url]));
      const client = await connectClient(port);
      const stream = client.request({ ":method": "POST", ":path": "/" });
      const response = responseOf(stream);
      stream.write("the beginning");
      const { status, text, code, trailers } = await response;
      expect([status, text, code]).toEqual([403, "no", NGHTTP2_NO_ERROR]);
      expect(trailers?.["x-why"]).toBe(framing === "in chunks" ? "because" : undefined);
      await until(() => atRest(gateway));
    },
  );

  it("of the gateway's own does the same", async () => {
    const { port, gateway } = await startGateway(appConfig(["http://127.0.0.1:1"], {}, { routes: [] }));
    const client = await connectClient(port);
    const stream = client.request({ ":method": "POST", ":path": "/" });
    const response = responseOf(stream);
    stream.write("the beginning");
    const { status, code } = await response;
    expect([status, code]).toEqual([404, NGHTTP2_NO_ERROR]);
    await until(() => atRest(gateway));
  });
});

describe("limits", () => {
  it.each([
    ["announced", { "content-length": 2000 }],
    ["found out", {}],
  ])("of a body: 413, %s", async (_, fields) => {
    const endpoint = await startWireEndpoint();
    const { port, gateway } = await startGateway(appConfig([endpoint.url], {}, { limits: { bodyBytes: "1KiB" } }));
    const client = await connectClient(port);
    const response = await send(client, { ":method": "POST", ...fields }, ["x".repeat(1000), "x".repeat(1000)]);
    expect([response.status, JSON.parse(response.text).code]).toEqual([413, "GW0206"]);
    expect(endpoint.requests).toHaveLength(0);
    await until(() => atRest(gateway) && endpoint.open() === 0);
  });

  it("of a head: 431", async () => {
    const endpoint = await startWireEndpoint();
    const { port } = await startGateway(appConfig([endpoint.url], {}, { limits: { headerBytes: "2KiB" } }));
    const client = await connectClient(port);
    const response = await send(client, { "x-a": "a".repeat(3000) });
    expect([response.status, JSON.parse(response.text).code]).toEqual([431, "GW0205"]);
    expect(endpoint.requests).toHaveLength(0);
  });

  it("of requests in flight: 503 for that stream alone", async () => {
    const answers: (() => void)[] = [];
    const endpoint = await startEndpoint((_request, response) => void answers.push(() => response.end("late")));
    const { port } = await startGateway(appConfig([endpoint.url], {}, { limits: { requests: 2 } }));
    const client = await connectClient(port);
    const first = [send(client, {}), send(client, {})];
    await until(() => answers.length === 2);
    const refused = await send(client, {});
    expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "1"]);
    for (const answer of answers) answer();
    expect((await Promise.all(first)).map(({ text }) => text)).toEqual(["late", "late"]);
  });

  it("of streams: those beyond it wait their turn", async () => {
    const answers: (() => void)[] = [];
    let most = 0;
    let now = 0;
    const endpoint = await startEndpoint((_request, response) => {
      most = Math.max(most, ++now);
      answers.push(() => {
        now--;
        response.end("x");
      });
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectClient(port);
    const all = Array.from({ length: 150 }, () => send(client, {}));
    await until(() => now === 100, "fewer came");
    // A round trip later none of the others has come.
    await new Promise((resolve) => client.ping(resolve));
    expect(now).toBe(100);
    const answered = Promise.all(all);
    for (let i = 0; i < 150; i++) (await until(() => answers.shift()))();
    expect((await answered).every(({ text }) => text === "x")).toBe(true);
    expect(most).toBe(100);
  });
});

describe("time", () => {
  it("for a body that does not come runs out: 408", async () => {
    const endpoint = await startWireEndpoint();
    const { port, gateway } = await startGateway(appConfig([endpoint.url], {}, { limits: { bodyTimeout: "100ms" } }));
    const client = await connectClient(port);
    const stream = client.request({ ":method": "POST", ":path": "/" });
    const response = responseOf(stream);
    stream.write("abc");
    const { status, code } = await response;
    expect([status, code]).toEqual([408, NGHTTP2_NO_ERROR]);
    await until(() => atRest(gateway) && endpoint.open() === 0);
  });

  it("for a body does not run out once the answer has begun", async () => {
    const endpoint = await startEndpoint((request, response) => {
      response.write("begun;");
      request.on("data", (part: Buffer) => response.write(part));
      request.on("end", () => response.end());
    });
    const { port } = await startGateway(appConfig([endpoint.url], {}, { limits: { bodyTimeout: "50ms" } }));
    const client = await connectClient(port);
    const stream = client.request({ ":method": "POST", ":path": "/" });
    const response = responseOf(stream);
    stream.write("one;");
    // Two sweeps of the coarse timer, 200 ms each.
    setTimeout(() => stream.end("two"), 450);
    const { text, code } = await response;
    expect([text, code]).toEqual(["begun;one;two", NGHTTP2_NO_ERROR]);
  });

  it("for an answer runs out: 504", async () => {
    const endpoint = await startWireEndpoint();
    const { port } = await startGateway(appConfig([endpoint.url], { timeouts: { request: "100ms" } }));
    expect((await send(await connectClient(port), {})).status).toBe(504);
  });

  it("for the rest of an answer runs out: the stream is reset", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => void socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"),
    });
    const { port } = await startGateway(appConfig([endpoint.url], { timeouts: { idle: "100ms" } }));
    const { status, code } = await send(await connectClient(port), {});
    expect([status, code]).toEqual([200, NGHTTP2_INTERNAL_ERROR]);
  });

  it("for a first request runs out, and for the next one", async () => {
    const endpoint = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(ok("x")) });
    const limits = { headerTimeout: "100ms", keepAliveTimeout: "700ms" };
    const { port, gateway } = await startGateway(appConfig([endpoint.url], {}, { limits }));
    const [never, once] = [await connectClient(port), await connectClient(port)];
    expect((await send(once, {})).text).toBe("x");
    let goaway: number | undefined;
    once.once("goaway", (code) => (goaway = code));
    await until(() => never.destroyed, "a connection without a request was kept");
    expect(once.destroyed).toBe(false);
    await until(() => once.destroyed, "an idle connection was kept");
    expect(goaway).toBe(NGHTTP2_NO_ERROR);
    await until(() => gateway.connections === 0);
  });
});

describe("drain", () => {
  it("lets streams finish, refuses new ones, and ends connections that have none", async () => {
    let finish: () => void = () => {};
    const endpoint = await startEndpoint((_request, response) => {
      response.write("sl");
      finish = () => void response.end("ow-end");
    });
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const [busy, idle] = [await connectClient(port), await connectClient(port)];
    let goaway: number | undefined;
    busy.once("goaway", (code) => (goaway = code));
    const slow = send(busy, {});
    await until(() => endpoint.requests.length === 1);
    let drained: number | undefined;
    void gateway.drain(5_000).then((cut) => (drained = cut));
    await until(() => idle.destroyed && goaway === NGHTTP2_NO_ERROR, "clients were not told");
    expect(drained).toBeUndefined();
    finish();
    const { text, whole } = await slow;
    expect([text, whole]).toEqual(["slow-end", true]);
    await until(() => drained === 0, "it did not end");
    await until(() => gateway.connections === 0);
  });
});
