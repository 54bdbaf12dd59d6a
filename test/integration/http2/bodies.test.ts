import { createHash } from "node:crypto";
import type { ClientHttp2Stream } from "node:http2";
import type { Readable, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { buffersInUse } from "../../helpers/memory.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";
import { connectClient, responseOf, send } from "./client.ts";

const SIZE = 24 * 1024 * 1024;
/** What may be under way: windows and sockets' buffers on both sides, the test's own included. */
const BOUND = 8 * 1024 * 1024;

/** Octets that differ everywhere, so that a piece lost, doubled or out of place shows in the hash. */
async function pour(to: Writable, size = SIZE): Promise<string> {
  const hash = createHash("sha1");
  let n = 0;
  for (let sent = 0; sent < size; sent += 65_536) {
    const block = Buffer.allocUnsafe(65_536);
    for (let at = 0; at < 65_536; at += 4) block.writeUInt32LE(n++, at);
    hash.update(block);
    if (!to.write(block)) await new Promise((resolve) => to.once("drain", resolve));
  }
  to.end();
  return hash.digest("hex");
}

async function take(from: Readable): Promise<string> {
  const hash = createHash("sha1");
  for await (const chunk of from) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Waits until nothing moves any more. */
async function standsStill(moved: () => number): Promise<number> {
  for (let last = -1, same = 0; same < 8; ) {
    same = moved() === last ? same + 1 : 0;
    last = moved();
    await pause(25);
  }
  return moved();
}

describe("a large body", () => {
  it.each(["content-length", "no length"])("goes to the client whole: %s", async (framing) => {
    let sent: Promise<string> | undefined;
    const endpoint = await startEndpoint((_request, response) => {
      if (framing === "content-length") response.setHeader("content-length", SIZE);
      sent = pour(response);
    });
    const { gateway, port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectClient(port);
    const stream = client.request({ ":path": "/" });
    expect(await take(stream)).toBe(await sent);
    await until(() => atRest(gateway));
  });

  it.each(["content-length", "no length"])("goes to the endpoint whole: %s", async (framing) => {
    const endpoint = await startEndpoint((request, response) => {
      void take(request).then((hash) => response.end(`${hash} ${request.headers["content-length"] ?? "no length"}`));
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectClient(port);
    const fields = framing === "content-length" ? { "content-length": SIZE } : {};
    const stream = client.request({ ":method": "POST", ":path": "/", ...fields });
    const response = responseOf(stream);
    const sent = await pour(stream);
    expect((await response).text).toBe(`${sent} ${framing === "content-length" ? SIZE : framing}`);
  });

  it("waits at the endpoint while its stream is not read, and other streams go on", async () => {
    let poured: Promise<string> | undefined;
    let written = 0;
    const endpoint = await startEndpoint((request, response) => {
      if (request.url !== "/large") return void response.end("small");
      poured = pour(response);
      const count = setInterval(() => (written = request.socket.bytesWritten), 10);
      response.once("close", () => clearInterval(count));
    });
    const { gateway, port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectClient(port);
    const before = await buffersInUse();
    const large = client.request({ ":path": "/large" });
    large.once("response", () => large.pause());
    large.pause();
    expect(await standsStill(() => written)).toBeLessThan(SIZE);
    expect((await buffersInUse()) - before).toBeLessThan(BOUND);
    for (let i = 0; i < 5; i++) expect((await send(client, { ":path": `/${i}` })).text).toBe("small");
    expect(await take(large)).toBe(await poured);
    await until(() => atRest(gateway));
  });

  it("waits at the client while its endpoint does not read, and other streams go on", async () => {
    let goOn: () => void = () => {};
    const endpoint = await startEndpoint((request, response) => {
      if (request.url !== "/large") return void take(request).then((hash) => response.end(hash));
      goOn = () => void take(request).then((hash) => response.end(hash));
      request.pause();
    });
    const { gateway, port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectClient(port);
    const before = await buffersInUse();
    const large = client.request({ ":method": "POST", ":path": "/large" });
    const response = responseOf(large);
    let written = 0;
    const poured = pour({
      write: (block: Buffer) => {
        written += block.length;
        return large.write(block);
      },
      once: (name: string, then: () => void) => large.once(name, then),
      end: () => large.end(),
    } as unknown as Writable);
    expect(await standsStill(() => written)).toBeLessThan(SIZE);
    expect((await buffersInUse()) - before).toBeLessThan(BOUND);
    // As large as a stream's window and more: what the stopped one holds of the connection's must not count.
    const other = "x".repeat(300_000);
    const hash = createHash("sha1").update(other).digest("hex");
    expect((await send(client, { ":method": "POST" }, [other])).text).toBe(hash);
    goOn();
    expect((await response).text).toBe(await poured);
    await until(() => atRest(gateway));
  });
});

describe("a body's parts", () => {
  it("go to the endpoint as they come", async () => {
    const parts: string[] = [];
    const endpoint = await startEndpoint((request, response) => {
      request.on("data", (part: Buffer) => {
        parts.push(part.toString());
        if (parts.length === 1) response.flushHeaders();
        response.write(`got ${part.toString()};`);
      });
      request.on("end", () => response.end("end"));
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectClient(port);
    const stream: ClientHttp2Stream = client.request({ ":method": "POST", ":path": "/" });
    const response = responseOf(stream);
    let answered = "";
    stream.on("data", (part: Buffer) => (answered += part.toString()));
    stream.write("one");
    await until(() => answered === "got one;", "the first part was held back");
    stream.write("two");
    await until(() => answered === "got one;got two;", "the second part was held back");
    stream.end();
    expect((await response).text).toBe("got one;got two;end");
    expect(parts).toEqual(["one", "two"]);
  });

  it("come to the client as the endpoint sends them (Server-Sent Events)", async () => {
    let push: (text: string) => void = () => {};
    const endpoint = await startEndpoint((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      push = (text) => void response.write(text);
    });
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const client = await connectClient(port);
    const stream = client.request({ ":path": "/", accept: "text/event-stream" });
    let received = "";
    let type: unknown;
    stream.on("response", (fields) => (type = fields["content-type"]));
    stream.on("data", (part: Buffer) => (received += part.toString()));
    stream.on("error", () => {});
    await until(() => type === "text/event-stream", "the head was held back");
    for (let i = 0; i < 3; i++) {
      push(`data: ${i}\n\n`);
      await until(() => received.endsWith(`data: ${i}\n\n`), "an event was held back");
    }
    stream.close(8);
    await until(() => atRest(gateway), "the endpoint was not told");
  });

  it("leave with the head in one write", async () => {
    const reads: string[] = [];
    const endpoint = await startWireEndpoint({
      onConnection: (socket) => void socket.on("data", (chunk: Buffer) => reads.push(chunk.toString())),
      onRequest: (_request, socket) => void socket.write(ok("x")),
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectClient(port);
    // Once the connection is there.
    await send(client, {});
    reads.length = 0;
    await send(client, { ":method": "POST", "content-length": 5 }, ["hello"]);
    expect(reads).toHaveLength(1);
    expect(reads[0]).toMatch(/^POST [^]*\r\n\r\nhello$/);
  });
});

describe("trailers of a request", () => {
  it("reach the endpoint behind a body without a length", async () => {
    const endpoint = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(ok("x")) });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectClient(port);
    const stream = client.request({ ":method": "POST", ":path": "/", te: "trailers" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "5", "x-two": "2" }));
    const response = responseOf(stream);
    stream.end("hello");
    expect((await response).status).toBe(200);
    const [request] = endpoint.requests;
    expect([request?.text, request?.trailers]).toEqual(["hello", "x-sum: 5\r\nx-two: 2"]);
    expect(request?.headers.get("te")).toBe("trailers");
  });

  it("are left out where a length was announced, as HTTP/1.1 has no place for them", async () => {
    const endpoint = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(ok("x")) });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectClient(port);
    const fields = { ":method": "POST", ":path": "/", "content-length": 5 };
    const stream = client.request(fields, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "5" }));
    const response = responseOf(stream);
    stream.end("hello");
    expect((await response).status).toBe(200);
    expect((await send(client, {})).status).toBe(200);
    expect(endpoint.requests.map(({ text, trailers }) => [text, trailers])).toEqual([
      ["hello", ""],
      ["", ""],
    ]);
  });
});

describe("interim responses", () => {
  it("come to the client before the answer", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => {
        socket.write(
          "HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </b.css>\r\n\r\n",
        );
        setTimeout(() => socket.write(ok("page")), 20);
      },
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const response = await send(await connectClient(port), {});
    expect(response.early).toEqual([
      [103, "</a.css>"],
      [103, "</b.css>"],
    ]);
    expect(response.text).toBe("page");
  });

  it("ask for the body of a client that waits to be asked", async () => {
    const order: string[] = [];
    const endpoint = await startWireEndpoint({
      onHead: (head, socket) => {
        order.push(`expects ${head.headers.get("expect")}`);
        socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      },
      onRequest: (request, socket) => {
        order.push(request.text);
        socket.write(ok("done"));
      },
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectClient(port);
    const stream = client.request({ ":method": "PUT", ":path": "/", expect: "100-continue", "content-length": 4 });
    const response = responseOf(stream);
    stream.once("continue", () => {
      order.push("continue");
      stream.end("body");
    });
    expect((await response).text).toBe("done");
    expect(order).toEqual(["expects 100-continue", "continue", "body"]);
  });
});
