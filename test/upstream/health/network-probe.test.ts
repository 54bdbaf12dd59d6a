import { createServer as createTlsServer } from "node:https";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import type { ProbeTls } from "../../../src/upstream/health/probe-tls.ts";
import { createNetworkProbe } from "../../../src/upstream/health/network-probe.ts";
import type { ProbeRequest, ProbeResult } from "../../../src/upstream/health/probe.ts";
import { parseEndpointUrl } from "../../../src/upstream/schema/endpoint-url.ts";
import { freePort } from "../../helpers/free-port.ts";
import { endpointCertificate } from "./endpoint-certificate.ts";

const open: (Server | TcpServer)[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    if ("closeAllConnections" in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(server: Server | TcpServer, host = "127.0.0.1"): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

const http = (listener: RequestListener, host?: string) => listen(createServer(listener), host);

function ask(url: string, over: Partial<ProbeRequest> = {}, tls?: ProbeTls): Promise<ProbeResult> {
  const target = parseEndpointUrl(url);
  if ("problem" in target) throw new Error(target.problem);
  const request: ProbeRequest = {
    check: { kind: "http", path: "/healthz" },
    timeout: 1_000,
    expect: [{ from: 200, to: 399 }],
    ...over,
  };
  return new Promise((resolve) => createNetworkProbe(tls && { tls })(target, request, resolve));
}

describe("HTTP probe", () => {
  it("asks the path with GET and the endpoint's Host, on a connection that is closed afterwards", async () => {
    let seen: unknown;
    const port = await http((request, response) => {
      const { method, url, headers } = request;
      seen = { method, url, host: headers.host, connection: headers.connection };
      response.end("fine");
    });
    expect(await ask(`http://127.0.0.1:${port}`)).toEqual({ passed: true, reason: "HTTP 200" });
    expect(seen).toEqual({ method: "GET", url: "/healthz", host: `127.0.0.1:${port}`, connection: "close" });
  });

  it.each([
    [200, [{ from: 200, to: 399 }], true],
    [302, [{ from: 200, to: 399 }], true],
    [503, [{ from: 200, to: 399 }], false],
    [404, [{ from: 404, to: 404 }], true],
    [
      204,
      [
        { from: 200, to: 200 },
        { from: 204, to: 204 },
      ],
      true,
    ],
  ])("status %i against %j", async (status, expected, passed) => {
    const port = await http((_request, response) => response.writeHead(status).end());
    expect(await ask(`http://127.0.0.1:${port}`, { expect: expected })).toEqual({ passed, reason: `HTTP ${status}` });
  });

  it.each(["127.0.0.1", "::1"])("finds `localhost` on %s, and only there", async (host) => {
    const port = await http((_request, response) => response.end(), host);
    expect(await ask(`http://localhost:${port}`)).toEqual({ passed: true, reason: "HTTP 200" });
  });

  it("fails when nothing listens, on either family", async () => {
    const port = await freePort();
    expect(await ask(`http://localhost:${port}`)).toEqual({ passed: false, reason: "connection refused" });
  });

  it("fails when no answer comes in time", async () => {
    const port = await http(() => {});
    const result = await ask(`http://127.0.0.1:${port}`, { timeout: 30 });
    expect(result).toEqual({ passed: false, reason: "no answer within 30ms" });
  });

  it("fails when the connection ends without an answer, or the answer is not HTTP", async () => {
    const port = await listen(createTcpServer((socket) => socket.on("data", () => socket.end())));
    expect((await ask(`http://127.0.0.1:${port}`)).passed).toBe(false);
    const other = await listen(createTcpServer((socket) => socket.on("data", () => socket.end("SSH-2.0-x\r\n"))));
    expect((await ask(`http://127.0.0.1:${other}`)).passed).toBe(false);
  });

  it("goes by the status of an answer whose body never ends, or is large", async () => {
    const endless = await http((_request, response) => response.writeHead(200).write("data: 1\n\n"));
    expect((await ask(`http://127.0.0.1:${endless}`, { timeout: 300 })).passed).toBe(true);
    const large = await http((_request, response) => response.end(Buffer.alloc(4 << 20)));
    expect((await ask(`http://127.0.0.1:${large}`)).passed).toBe(true);
  });

  it("lets the endpoint finish a short body: no reset", async () => {
    const ended = new Promise<boolean>((resolve) => {
      void http((_request, response) => {
        response.on("close", () => resolve(response.writableFinished));
        response.write("a");
        setTimeout(() => response.end("b"), 20);
      }).then((port) => ask(`http://127.0.0.1:${port}`));
    });
    expect(await ended).toBe(true);
  });

  it("reports nothing after it was ended, and closes its connection", async () => {
    let closed: () => void = () => {};
    const gone = new Promise<void>((resolve) => (closed = resolve));
    let reports = 0;
    const server = createServer((request) => {
      request.socket.on("close", closed);
      end();
    });
    const port = await listen(server);
    const target = parseEndpointUrl(`http://127.0.0.1:${port}`);
    if ("problem" in target) throw new Error(target.problem);
    const request: ProbeRequest = { check: { kind: "http", path: "/" }, timeout: 1_000, expect: [] };
    const end = createNetworkProbe()(target, request, () => reports++);
    await gone;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(reports).toBe(0);
  });
});

describe("HTTPS probe", () => {
  const secure = async (onServerName: (name: unknown) => void = () => {}) => {
    const server = createTlsServer(endpointCertificate, (request, response) => {
      onServerName((request.socket as TLSSocket & { servername?: unknown }).servername);
      response.end();
    });
    server.on("tlsClientError", () => {});
    return `https://localhost:${await listen(server)}`;
  };

  it("checks the certificate by default", async () => {
    expect(await ask(await secure())).toEqual({ passed: false, reason: "certificate is self-signed" });
  });

  it("takes a CA of the config, or none with verify: false", async () => {
    const url = await secure();
    const ca = endpointCertificate.cert;
    expect((await ask(url, {}, { verify: true, ca })).reason).toBe("HTTP 200");
    expect((await ask(url, {}, { verify: false })).reason).toBe("HTTP 200");
  });

  it("asks for and checks serverName", async () => {
    const names: unknown[] = [];
    const url = await secure((name) => names.push(name));
    const ca = endpointCertificate.cert;
    expect((await ask(url, {}, { verify: true, ca, serverName: "endpoint.test" })).passed).toBe(true);
    expect(names).toEqual(["endpoint.test"]);
    const other = await ask(url, {}, { verify: true, ca, serverName: "other.test" });
    expect(other).toEqual({ passed: false, reason: "certificate is for another name" });
  });
});

describe("TCP probe", () => {
  const check = { kind: "tcp" } as const;

  it.each(["127.0.0.1", "::1"])("passes when %s accepts, asked for as localhost", async (host) => {
    const port = await listen(createTcpServer(), host);
    expect(await ask(`tcp://localhost:${port}`, { check })).toEqual({ passed: true, reason: "accepts connections" });
  });

  it("fails when the connection is refused", async () => {
    const port = await freePort();
    expect(await ask(`tcp://localhost:${port}`, { check })).toEqual({ passed: false, reason: "connection refused" });
  });

  it("fails for a name that does not exist", async () => {
    const result = await ask("tcp://does-not-exist.invalid:1", { check });
    expect(result.passed).toBe(false);
    expect(result.reason).toMatch(/^(name not found|name lookup failed|no connection within 1s)$/);
  });
});
