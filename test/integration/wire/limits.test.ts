import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";

const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const answer = {
  onRequest: (request: { text: string }, socket: { write(text: string): unknown }) =>
    void socket.write(ok(`${request.text.length}`)),
};

const problem = (response: { status: number; text: string }): [number, string] => [
  response.status,
  JSON.parse(response.text).code,
];

/** How a connection ends on which nothing is sent: the error's code, or "closed". */
function fateOf(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
    socket.once("close", () => resolve("closed"));
    socket.resume();
    onTestFinished(() => void socket.destroy());
  });
}

describe("limits.headerBytes", () => {
  const limits = { headerBytes: "2KiB" };

  it.each([
    ["a large field", `GET / HTTP/1.1\r\nhost: a\r\nx-a: ${"a".repeat(3_000)}\r\n\r\n`, 431, "GW0205"],
    ["many fields", `GET / HTTP/1.1\r\nhost: a\r\n${"x-a: bcdefgh\r\n".repeat(200)}\r\n`, 431, "GW0205"],
    ["a head without end", `GET / HTTP/1.1\r\nhost: a\r\n${"x-a: bcdefgh\r\n".repeat(2_000)}`, 431, "GW0205"],
    ["a long target", `GET /${"a".repeat(1_500)} HTTP/1.1\r\nhost: a\r\n\r\n`, 414, "GW0209"],
    ["a target without end", `GET /${"a".repeat(30_000)}`, 414, "GW0209"],
  ])("answers %s", async (_name, request, status, code) => {
    const { port, gateway } = await startGateway(appConfig(["http://127.0.0.1:1"], {}, { limits }));
    const client = await connectWire(port);
    client.send(request);
    const response = await client.response();
    expect(problem(response)).toEqual([status, code]);
    expect(response.headers.get("connection")).toBe("close");
    await until(() => client.ended && gateway.connections === 0, "it was kept");
  });
});

/** A request head of so many octets; with fields of its own, it is the last one that fills it up. */
function headOf(octets: number, fields = ""): string {
  const begin = `GET / HTTP/1.1\r\nhost: a\r\n${fields}x-fill: `;
  return `${begin}${"x".repeat(octets - begin.length - 4)}\r\n\r\n`;
}

describe("a request just within a limit is served, and one just beyond it is not:", () => {
  const MANY = "a:b\r\n".repeat(198);
  const LONG = `/${"a".repeat(1_023)}`;

  it.each([
    ["2 KiB of head", headOf(2_048), 200],
    ["2 KiB of head and an octet", headOf(2_049), 431],
    ["200 fields", headOf(1_500, MANY), 200],
    ["201 fields", headOf(1_500, `${MANY}a:b\r\n`), 431],
    ["a target of half of limits.headerBytes", `GET ${LONG} HTTP/1.1\r\nhost: a\r\n\r\n`, 200],
    ["a target of half of limits.headerBytes and an octet", `GET ${LONG}a HTTP/1.1\r\nhost: a\r\n\r\n`, 414],
    ["1 KiB of body", `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1024\r\n\r\n${"x".repeat(1_024)}`, 200],
    ["1 KiB of body and an octet", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1025\r\n\r\n", 413],
    [
      "1 KiB of chunks",
      `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${"1\r\nx\r\n".repeat(1_024)}0\r\n\r\n`,
      200,
    ],
    [
      "1 KiB of chunks and an octet",
      `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${"1\r\nx\r\n".repeat(1_025)}`,
      413,
    ],
  ])("%s", async (_, request, status) => {
    const endpoint = await startWireEndpoint(answer);
    const limits = { headerBytes: "2KiB", bodyBytes: "1KiB" };
    const { port, gateway } = await startGateway(appConfig([endpoint.url], {}, { limits }));
    // In one go, and octet by octet: the answer is the same.
    for (const size of [request.length, 1]) {
      const client = await connectWire(port);
      for (let at = 0; at < request.length; at += size) {
        client.send(request.slice(at, at + size));
        if (at % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      // More of the same, as from a client that does not look yet.
      if (status !== 200) for (let i = 0; i < 20; i++) client.send("1\r\nx\r\n".repeat(8_000));
      const response = await client.response();
      expect(response.status).toBe(status);
      expect(response.headers.get("connection")).toBe(status === 200 ? undefined : "close");
      expect(client.error).toBeUndefined();
      client.socket.destroy();
    }
    await until(() => gateway.connections === 0 && atRest(gateway));
    expect(endpoint.requests).toHaveLength(status === 200 ? 2 : 0);
  });
});

describe("limits.bodyBytes", () => {
  const limits = { bodyBytes: "100KiB" };

  it("lets through what is just as large", async () => {
    const endpoint = await startWireEndpoint(answer);
    const { port } = await startGateway(appConfig([endpoint.url], {}, { limits }));
    const client = await connectWire(port);
    client.send(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 102400\r\n\r\n${"x".repeat(102_400)}`);
    expect((await client.response()).text).toBe("102400");
    client.send(
      `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n19000\r\n${"x".repeat(102_400)}\r\n0\r\n\r\n`,
    );
    expect((await client.response()).text).toBe("102400");
  });

  it("refuses a larger content-length before any of it is passed on; a client that goes on sending reads why", async () => {
    const endpoint = await startWireEndpoint(answer);
    const { port, gateway } = await startGateway(appConfig([endpoint.url], {}, { limits }));
    const client = await connectWire(port);
    client.send(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 20000000\r\n\r\n`);
    for (let i = 0; i < 40; i++) client.send(Buffer.alloc(500_000));
    expect(problem(await client.response())).toEqual([413, "GW0206"]);
    expect(client.error).toBeUndefined();
    expect(endpoint.sockets).toHaveLength(0);
    await until(() => gateway.connections === 0, "it was kept");
  });

  it("refuses chunks as soon as they are more; a client that goes on sending reads why, the endpoint gets no end", async () => {
    const endpoint = await startWireEndpoint(answer);
    const { port, gateway } = await startGateway(appConfig([endpoint.url], {}, { limits }));
    const client = await connectWire(port);
    client.send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
    const chunk = Buffer.concat([Buffer.from("4e20\r\n"), Buffer.alloc(20_000), Buffer.from("\r\n")]);
    for (let i = 0; i < 200; i++) client.send(chunk);
    expect(problem(await client.response())).toEqual([413, "GW0206"]);
    expect(client.error).toBeUndefined();
    expect(endpoint.requests).toHaveLength(0);
    await until(() => endpoint.open() === 0 && atRest(gateway));
  });
});

describe("limits.requests", () => {
  it("answers 503 with Retry-After beyond it, and takes requests again when there is room", async () => {
    let finish: () => void = () => {};
    const endpoint = await startWireEndpoint({
      onRequest: (request, socket) => {
        if (request.target === "/slow") finish = () => void socket.write(ok("slow"));
        else socket.write(ok("quick"));
      },
    });
    const { port, gateway } = await startGateway(appConfig([endpoint.url], {}, { limits: { requests: 1 } }));
    const [first, second] = [await connectWire(port), await connectWire(port)];
    first.send(GET.replace("/", "/slow"));
    await until(() => endpoint.requests.length === 1);
    second.send(GET);
    const refused = await second.response();
    expect(problem(refused)).toEqual([503, "GW0401"]);
    expect(refused.headers.get("retry-after")).toBe("1");
    finish();
    expect((await first.response()).text).toBe("slow");
    const third = await connectWire(port);
    third.send(GET);
    expect((await third.response()).text).toBe("quick");
    await until(() => atRest(gateway));
  });
});

describe("limits.bodyTimeout", () => {
  it("is counted from the last octet that came, so that an upload may take longer", async () => {
    const endpoint = await startWireEndpoint(answer);
    const { port } = await startGateway(appConfig([endpoint.url], {}, { limits: { bodyTimeout: "400ms" } }));
    const client = await connectWire(port);
    client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 40\r\n\r\n");
    const began = performance.now();
    for (let i = 0; i < 40; i++) {
      client.send("x");
      await pause(30);
    }
    expect(performance.now() - began).toBeGreaterThan(1_000);
    expect((await client.response()).text).toBe("40");
  });
});

describe("limits.requests and refusals", () => {
  it("counts what is refused no longer than what is served", async () => {
    const endpoint = await startWireEndpoint(answer);
    const limits = { requests: 1, bodyBytes: "1KiB" };
    const { port, gateway } = await startGateway(appConfig([endpoint.url], {}, { limits }));
    const wrong = [
      "GET /../x HTTP/1.1\r\nhost: a\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2000\r\n\r\n",
    ];
    for (const request of [...wrong, ...wrong]) {
      const client = await connectWire(port);
      client.send(request);
      expect([400, 413, 505]).toContain((await client.response()).status);
    }
    await until(() => atRest(gateway));
    const client = await connectWire(port);
    client.send(GET);
    expect((await client.response()).status).toBe(200);
  });
});

describe("limits.connections", () => {
  it("is for all listeners together", async () => {
    const listeners = [{ http: 0 }, { http: 0 }];
    const config = appConfig(["http://127.0.0.1:1"], {}, { listeners, limits: { connections: 1 } });
    const { gateway } = await startGateway(config);
    const [first = 0, second = 0] = gateway.bound.map(({ port }) => port);
    const client = await connectWire(first);
    await until(() => gateway.connections === 1);
    expect(await fateOf(second)).toBe("ECONNRESET");
    client.socket.destroy();
    await until(() => gateway.connections === 0);
    const again = await connectWire(second);
    again.send(GET);
    expect((await again.response()).status).toBe(502);
  });

  it("ends what comes beyond it, and takes connections again when there is room", async () => {
    const endpoint = await startWireEndpoint(answer);
    const { port, gateway } = await startGateway(appConfig([endpoint.url], {}, { limits: { connections: 2 } }));
    const [first, second] = [await connectWire(port), await connectWire(port)];
    await until(() => gateway.connections === 2);
    expect(await fateOf(port)).toBe("ECONNRESET");
    first.socket.destroy();
    await until(() => gateway.connections === 1);
    const fourth = await connectWire(port);
    for (const client of [second, fourth]) {
      client.send(GET);
      expect((await client.response()).status).toBe(200);
    }
  });
});
