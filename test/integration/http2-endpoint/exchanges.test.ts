import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { until } from "../../helpers/eventually.ts";
import { appConfig, atRest, inUse, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { startAuthority } from "../endpoint-tls/secure-endpoint.ts";
import { bodyOf, type Http2Behaviour, startHttp2Endpoint } from "./http2-endpoint.ts";

const sha = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

async function start(behaviour?: Http2Behaviour, service: object = {}, options: object = {}) {
  const endpoint = await startHttp2Endpoint(behaviour, options);
  return { endpoint, ...(await startGateway(appConfig([endpoint.url], { http2: true, ...service }))) };
}

/** Answers with what came: fields, body and trailers, as JSON. */
const echo: Http2Behaviour = async ({ stream, headers }) => {
  let trailers = {};
  stream.on("trailers", (fields) => {
    trailers = fields;
  });
  const body = await bodyOf(stream);
  stream.respond({ ":status": 200, "content-type": "application/json" });
  stream.end(JSON.stringify({ headers, body: body.toString("latin1"), trailers }));
};

describe("a request to an endpoint that speaks HTTP/2", () => {
  it("has pseudo-header fields, lower-case names and no field of the connection", async () => {
    const { port, endpoint } = await start(echo);
    const client = await connectWire(port);
    const head =
      "GET /a?b=c HTTP/1.1\r\nHost: shop.example\r\nX-Upper: Yes \r\nConnection: keep-alive, x-mine\r\nX-Mine: 1\r\n" +
      "TE: trailers\r\nUpgrade: h2c\r\nX-Two: 1\r\nx-two: 2\r\nCookie: a=1\r\nCookie: b=2\r\nUser-Agent: u\r\nX-Raw: \xe4\xff\r\n__proto__: p\r\n\r\n";
    client.send(Buffer.from(head, "latin1"));
    const response = await client.response();
    expect(response.status).toBe(200);
    const { list, headers } = endpoint.requests[0]!;
    expect(headers).toMatchObject({
      ":method": "GET",
      ":path": "/a?b=c",
      ":scheme": "http",
      ":authority": "shop.example",
      "x-upper": "Yes",
      te: "trailers",
      cookie: "a=1; b=2",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-host": "shop.example",
    });
    const fields = list.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${list[i + 1]}`] : []));
    expect(fields).toEqual(expect.arrayContaining(["x-two: 1", "x-two: 2", "x-raw: \xe4\xff", "__proto__: p"]));
    for (const name of ["connection", "host", "x-mine", "upgrade", "transfer-encoding"])
      expect(list).not.toContain(name);
  });

  it("has a field once that may not stand there twice", async () => {
    const { port, endpoint } = await start();
    const client = await connectWire(port);
    client.send("GET / HTTP/1.1\r\nhost: a\r\nuser-agent: u\r\nuser-agent: v\r\nx-two: 1\r\nx-two: 2\r\n\r\n");
    expect((await client.response()).status).toBe(200);
    expect(endpoint.requests[0]?.headers).toMatchObject({ "user-agent": "u, v", "x-two": "1, 2" });
  });

  it.each(["GET", "HEAD", "POST", "DELETE", "OPTIONS"])(
    "of method %s ends with its head if it has no body",
    async (method) => {
      let ended = false;
      const { port } = await start(({ stream, headers }) => {
        ended = stream.endAfterHeaders;
        stream.respond({ ":status": 200, "x-method": headers[":method"] as string, "content-length": 2 });
        stream.end(headers[":method"] === "HEAD" ? undefined : "ok");
      });
      const client = await connectWire(port);
      client.send(`${method} / HTTP/1.1\r\nhost: a\r\n\r\n`);
      const response = await client.response(method);
      expect([response.status, response.headers.get("x-method"), response.text]).toEqual([
        200,
        method,
        method === "HEAD" ? "" : "ok",
      ]);
      expect(ended).toBe(true);
      // The connection is not lost to whoever is next.
      client.send("GET /next HTTP/1.1\r\nhost: a\r\n\r\n");
      expect((await client.response()).status).toBe(200);
    },
  );

  it("has its body with a length as it is", async () => {
    const { port } = await start(echo);
    const client = await connectWire(port);
    client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhel");
    client.send("lo");
    const { headers, body } = JSON.parse((await client.response()).text);
    expect([headers["content-length"], body]).toEqual(["5", "hello"]);
  });

  it("has its body in chunks without them, and the trailers behind", async () => {
    const { port } = await start(echo);
    const client = await connectWire(port);
    client.send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5;x=y\r\nhel");
    client.send("lo\r\n1\r\n!\r\n0\r\nX-Sum: 42\r\nx-b: c\r\n\r\n");
    const { headers, body, trailers } = JSON.parse((await client.response()).text);
    expect(body).toBe("hello!");
    expect(trailers).toMatchObject({ "x-sum": "42", "x-b": "c" });
    expect([headers["content-length"], headers["transfer-encoding"]]).toEqual([undefined, undefined]);
  });

  it.each<[what: string, head: string]>([
    ["in chunks", "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"],
    ["with a length", "content-length: 10\r\n\r\nhello"],
  ])("of a client that goes away in the middle of a body %s does not look complete", async (_, rest) => {
    const events: string[] = [];
    const { port, endpoint, gateway } = await start(({ stream }) => {
      // node:http2 emits "end" behind "aborted", too.
      for (const event of ["end", "aborted"]) stream.on(event, () => events.push(event));
      stream.resume();
    });
    const client = await connectWire(port);
    client.send(`POST / HTTP/1.1\r\nhost: a\r\n${rest}`);
    await until(() => endpoint.requests.length === 1);
    client.socket.resetAndDestroy();
    await until(() => endpoint.open() === 0);
    expect([events[0], endpoint.requests[0]?.stream.rstCode]).toEqual(["aborted", 8]);
    await until(
      () => atRest(gateway),
      () => JSON.stringify(inUse(gateway)),
    );
    expect(endpoint.sessions[0]?.destroyed).toBe(false);
  });

  it("waits for 100 Continue where its client does", async () => {
    const { port } = await start(async ({ stream }) => {
      stream.additionalHeaders({ ":status": 100 });
      const body = await bodyOf(stream);
      stream.respond({ ":status": 200 });
      stream.end(body);
    });
    const client = await connectWire(port);
    client.send("POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
    expect((await client.informational()).status).toBe(100);
    client.send("hi");
    expect((await client.response()).text).toBe("hi");
  });
});

describe("a response of an endpoint that speaks HTTP/2", () => {
  it("keeps its fields, and has Date and request id like any other", async () => {
    const { url } = await start(({ stream }) => {
      stream.respond({ ":status": 201, "set-cookie": ["a=1", "b=2"], "x-a": ["1", "2"] });
      stream.end("made");
    });
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([201, "made"]);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(response.headers.get("x-a")).toBe("1, 2");
    expect(response.headers.get("date")).toMatch(/GMT$/);
    expect(response.headers.get("x-request-id")).toBeTruthy();
  });

  it("reaches an HTTP/1.1 client in chunks, trailers and all, and the connection stays", async () => {
    const { port } = await start(({ stream }) => {
      stream.respond({ ":status": 200 }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "7", "grpc-status": "0" }));
      stream.end("body");
    });
    const client = await connectWire(port);
    for (let i = 0; i < 2; i++) {
      client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
      const { headers, text, trailers } = await client.response();
      expect([headers.get("transfer-encoding"), text]).toEqual(["chunked", "body"]);
      expect(trailers.split("\r\n").sort()).toEqual(["grpc-status: 0", "x-sum: 7"]);
    }
  });

  it("that ends with its head has no body, and says so in HTTP/1.1", async () => {
    const { port } = await start(({ stream }) =>
      stream.respond({ ":status": 200, "grpc-status": "12" }, { endStream: true }),
    );
    const client = await connectWire(port);
    for (let i = 0; i < 2; i++) {
      client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
      const { headers, text } = await client.response();
      expect([headers.get("grpc-status"), headers.get("content-length"), text]).toEqual(["12", "0", ""]);
    }
  });

  it.each([204, 304])("of status %i has none either", async (status) => {
    const { port } = await start(({ stream }) => stream.respond({ ":status": status }, { endStream: true }));
    const client = await connectWire(port);
    for (let i = 0; i < 2; i++) {
      client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
      const response = await client.response("HEAD");
      expect([response.status, response.headers.get("content-length")]).toEqual([status, undefined]);
    }
  });

  it("brings interim responses with it", async () => {
    const { port } = await start(({ stream }) => {
      stream.additionalHeaders({ ":status": 103, link: "</a.css>" });
      stream.respond({ ":status": 200 });
      stream.end("ok");
    });
    const client = await connectWire(port);
    client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    const hints = await client.informational();
    expect([hints.status, hints.headers.get("link")]).toEqual([103, "</a.css>"]);
    expect((await client.response()).text).toBe("ok");
  });

  it("that comes bit by bit goes on bit by bit", async () => {
    let more = (_text: string): void => {};
    const { port } = await start(({ stream }) => {
      stream.respond({ ":status": 200, "content-type": "text/event-stream" });
      more = (text) => void stream.write(text);
    });
    const client = await connectWire(port);
    client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await until(() => client.received().includes("\r\n\r\n"));
    for (const event of ["data: 1\n\n", "data: 2\n\n"]) {
      more(event);
      await until(() => client.received().includes(event));
    }
  });

  it("that is early ends the upload, and the next request has the same connection", async () => {
    const { port, endpoint, gateway } = await start(({ stream }) => {
      stream.respond({ ":status": 413 });
      stream.end("too much");
    });
    const client = await connectWire(port);
    client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\nbegin");
    expect(await client.response()).toMatchObject({ status: 413, text: "too much" });
    await until(() => endpoint.open() === 0 && atRest(gateway));
    const next = await connectWire(port);
    next.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    expect((await next.response()).status).toBe(413);
    expect(endpoint.sessions).toHaveLength(1);
  });
});

it("brings 10 MB each way, octet for octet", async () => {
  const { url, gateway } = await start(async ({ stream }) => {
    const body = await bodyOf(stream);
    stream.respond({ ":status": 200, "x-came": sha(body) });
    stream.end(body);
  });
  const body = randomBytes(10 * 1024 * 1024);
  const response = await fetch(url, { method: "POST", body });
  expect(response.headers.get("x-came")).toBe(sha(body));
  expect(sha(Buffer.from(await response.arrayBuffer()))).toBe(sha(body));
  await until(
    () => atRest(gateway),
    () => JSON.stringify(inUse(gateway)),
  );
});

it("a client's chunks of every size come out as what was in them", async () => {
  const { port } = await start(async ({ stream }) => {
    const body = await bodyOf(stream);
    stream.respond({ ":status": 200 });
    stream.end(sha(body));
  });
  const parts = Array.from({ length: 300 }, (_, i) => randomBytes((i * 37) % 5000));
  const text = await new Promise<string>((resolve, reject) => {
    const outgoing = request({ port, host: "127.0.0.1", method: "POST" }, (response) => {
      let got = "";
      response.on("data", (chunk) => (got += chunk));
      response.on("end", () => resolve(got));
    });
    outgoing.on("error", reject);
    for (const part of parts) outgoing.write(part);
    outgoing.end();
  });
  expect(text).toBe(sha(Buffer.concat(parts)));
});

it("is spoken over TLS where the endpoint's URL is https", async () => {
  const { own, baseDirectory } = await startAuthority();
  let name: unknown;
  const endpoint = await startHttp2Endpoint(({ stream }) => {
    name = (stream.session?.socket as { servername?: string } | undefined)?.servername;
    stream.respond({ ":status": 200 });
    stream.end("ok");
  }, own);
  const config = appConfig([`https://localhost:${endpoint.port}`], { http2: true, tls: { ca: "ca.pem" } });
  const { url } = await startGateway(config, { baseDirectory });
  expect(await (await fetch(url)).text()).toBe("ok");
  expect([endpoint.requests[0]?.headers[":scheme"], name]).toEqual(["https", "localhost"]);
});
