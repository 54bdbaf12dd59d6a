import { describe, expect, it } from "vitest";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { until } from "../../helpers/eventually.ts";
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
    await until(() => client.ended && gateway.connections === 0, "it was kept", 3_000);
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
    await until(() => gateway.connections === 0, "it was kept", 3_000);
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

describe("limits.connections", () => {
  it("ends what comes beyond it, and takes connections again when there is room", async () => {
    const endpoint = await startWireEndpoint(answer);
    const { port, gateway } = await startGateway(appConfig([endpoint.url], {}, { limits: { connections: 2 } }));
    const [first, second] = [await connectWire(port), await connectWire(port)];
    await until(() => gateway.connections === 2);
    const third = await connectWire(port);
    await until(() => third.ended || third.closed, "it was taken");
    first.socket.destroy();
    await until(() => gateway.connections === 1);
    const fourth = await connectWire(port);
    for (const client of [second, fourth]) {
      client.send(GET);
      expect((await client.response()).status).toBe(200);
    }
  });
});
