import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { AuthClient } from "../../../src/policies/authenticate/auth-client.ts";
import { createTestCa } from "../../helpers/certificates.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { eventually } from "../../helpers/eventually.ts";

const GET = { method: "GET", headers: {}, wantsBody: () => true } as const;

function clientOf(url: string, timeoutMs?: number): AuthClient {
  const client = new AuthClient(url, timeoutMs);
  onTestFinished(() => client.close());
  return client;
}

/** A server that does what it is told with each connection and what comes over it. */
async function startRaw(onData: (socket: Socket, connection: number, request: number) => void) {
  let connections = 0;
  const server = createServer((socket) => {
    const connection = ++connections;
    let requests = 0;
    socket.on("error", () => {});
    socket.on("data", () => onData(socket, connection, ++requests));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, connections: () => connections };
}

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

describe("the client of auth servers", () => {
  it("asks again over a new connection where an idle one turns out to be closed", async () => {
    // The first connection answers one request, and is reset by the second one.
    const server = await startRaw((socket, connection, request) => {
      if (connection === 1 && request === 2) socket.resetAndDestroy();
      else socket.write(OK);
    });
    const client = clientOf(server.url);
    await client.ask(GET, new AbortController());
    const { status, body } = await client.ask(GET, new AbortController());
    expect([status, body.toString(), server.connections()]).toEqual([200, "ok", 2]);
  });

  it("does not ask again where a new connection is closed", async () => {
    const server = await startRaw((socket) => socket.resetAndDestroy());
    await expect(clientOf(server.url).ask(GET, new AbortController())).rejects.toThrow("it cannot be reached");
    expect(server.connections()).toBe(1);
  });

  it.each([
    ["says nothing", ""],
    ["does not end its head", "HTTP/1.1 200 OK\r\nx-a: "],
    ["does not end its body", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok"],
    ["says only that it goes on", "HTTP/1.1 100 Continue\r\n\r\n"],
  ])("gives up in time on a server that %s", async (_, octets) => {
    let closed = false;
    const server = await startRaw((socket) => {
      socket.on("close", () => {
        closed = true;
      });
      socket.write(octets);
    });
    await expect(clientOf(server.url, 30).ask(GET, new AbortController())).rejects.toThrow();
    await eventually(() => expect(closed).toBe(true));
  });

  it("does not wait for a body that nobody wants, and uses the connection again after a short one", async () => {
    const held: (() => void)[] = [];
    const server = await startRaw((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n");
      held.push(() => socket.write("ok"));
    });
    const client = clientOf(server.url);
    const question = { ...GET, wantsBody: () => false };
    for (let i = 0; i < 2; i++) {
      expect((await client.ask(question, new AbortController())).body.length).toBe(0);
      held[i]?.();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(server.connections()).toBe(1);
  });

  it("closes the connection of an endless body that nobody wants", async () => {
    let closed = false;
    const server = await startRaw((socket) => {
      socket.on("close", () => {
        closed = true;
      });
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.write("x".repeat(100_000));
    });
    const question = { ...GET, wantsBody: () => false };
    expect((await clientOf(server.url).ask(question, new AbortController())).status).toBe(200);
    await eventually(() => expect(closed).toBe(true));
  });

  it("has its idle connections closed when it is closed", async () => {
    const endpoint = await startEndpoint();
    const client = clientOf(endpoint.url);
    await client.ask(GET, new AbortController());
    const count = () => new Promise((resolve) => endpoint.server.getConnections((_, open) => resolve(open)));
    expect(await count()).toBe(1);
    client.close();
    await eventually(async () => expect(await count()).toBe(0));
  });

  it("trusts no certificate of an authority that it does not know", async () => {
    const { cert, key } = await (await createTestCa()).issue(["127.0.0.1"]);
    let requests = 0;
    const server = createTlsServer({ cert, key }, (_, response) => {
      requests++;
      response.end("ok");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await expect(clientOf(url).ask(GET, new AbortController())).rejects.toThrow("it cannot be reached");
    expect(requests).toBe(0);
  });
});
