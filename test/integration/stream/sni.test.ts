import type { AddressInfo, Socket } from "node:net";
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from "node:tls";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createTestCa, type TestCa } from "../../helpers/certificates.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { helloMessage, inRecords } from "../../stream/client-hello.ts";
import { connectTcp, echo, startTcpEndpoint, startTcpGateway } from "./support.ts";

let ca: TestCa;
beforeAll(async () => {
  ca = await createTestCa();
});

/** A TLS server that says its name and what was agreed by ALPN. */
async function startTlsEndpoint(name: string): Promise<{ url: string; close: () => void }> {
  const issued = await ca.issue([name]);
  const server = createTlsServer({ ...issued, ALPNProtocols: ["x-own", "http/1.1"] }, (socket) => {
    socket.on("error", () => {});
    socket.write(`${name} ${String(socket.alpnProtocol)} `);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sockets: Socket[] = [];
  server.on("connection", (socket: Socket) => void sockets.push(socket));
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(close);
  return { url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function startByName(names: Readonly<Record<string, string>>, services: object, options = {}) {
  return startTcpGateway(
    { endpoints: ["tcp://127.0.0.1:9"] },
    {
      listener: { service: undefined, sni: names },
      config: { services },
      options,
    },
  );
}

function dialTls(
  port: number,
  servername: string,
  extra: object = {},
): { socket: TLSSocket; text: () => string; error: () => string } {
  let text = "";
  let error = "";
  const socket = connectTls({ host: "127.0.0.1", port, servername, ca: ca.cert, ...extra });
  onTestFinished(() => void socket.destroy());
  socket.on("data", (part: Buffer) => {
    text += part.toString();
  });
  socket.on("error", (reason: NodeJS.ErrnoException) => {
    error = `${reason.code}`;
  });
  return { socket, text: () => text, error: () => error };
}

describe("TLS by server name", () => {
  it("reaches the service of the name, with the certificate and the ALPN of its endpoint", async () => {
    const [a, b] = [await startTlsEndpoint("a.test"), await startTlsEndpoint("b.test")];
    const { port, connections } = await startByName({ "a.test": "a", "*.test": "b" }, { a: [a.url], b: [b.url] });
    const toA = dialTls(port, "a.test", { ALPNProtocols: ["x-own"] });
    const toB = dialTls(port, "b.test");
    toA.socket.write("hello");
    await until(() => toA.text() === "a.test x-own hello" && toB.text() === "b.test false ");
    toA.socket.end();
    toB.socket.end();
    await until(() => connections.length === 2);
    expect(connections.map(({ serverName, serviceName }) => `${serverName} ${serviceName}`).sort()).toEqual([
      "a.test a",
      "b.test b",
    ]);
  });

  it("says by an alert that nobody is of a name", async () => {
    const a = await startTlsEndpoint("a.test");
    const { port, connections } = await startByName({ "a.test": "a" }, { a: [a.url] });
    const lost = dialTls(port, "c.test");
    await until(() => lost.error() !== "" && connections.length === 1);
    expect(lost.error()).toBe("ERR_SSL_TLSV1_UNRECOGNIZED_NAME");
    expect(connections[0]).toMatchObject({ serverName: "c.test", serviceName: undefined, attempts: 0 });
    expect(connections[0]?.reason).toBe("no service of the name c.test");
  });

  it("takes clients without a name for `*`", async () => {
    const a = await startTlsEndpoint("a.test");
    const { port } = await startByName({ "*": "a" }, { a: [a.url] });
    const client = dialTls(port, "", { checkServerIdentity: () => undefined });
    await until(() => client.text().startsWith("a.test"));
  });

  it("reads a handshake that comes octet by octet and in many records, and passes it on as it came", async () => {
    const endpoint = await startTcpEndpoint(echo());
    const { port } = await startByName({ "a.test": "a" }, { a: [endpoint.url] });
    const hello = inRecords(helloMessage({ serverName: "a.test" }), 40);
    const client = connectTcp(port);
    client.socket.setNoDelay(true);
    for (let at = 0; at < hello.length; at += 7) {
      client.socket.write(hello.subarray(at, at + 7));
      await pause(0);
    }
    await until(() => client.text.length === hello.length);
    expect(Buffer.from(client.text, "latin1")).toEqual(hello);
  });

  it.each([
    ["is no TLS", Buffer.from("GET / HTTP/1.1\r\n\r\n"), /it is not TLS/],
    ["has another length than it says", Buffer.from("16030100050100004000", "hex"), undefined],
  ])("resets whoever sends what %s", async (_name, octets, reason) => {
    let now = 0;
    const { port, connections } = await startByName(
      { "a.test": "a" },
      { a: ["tcp://127.0.0.1:9"] },
      { clock: { now: () => now } },
    );
    const client = connectTcp(port);
    client.socket.write(octets);
    if (reason === undefined) {
      await until(() => client.socket.bytesWritten > 0);
      await pause(20);
      expect(client.closed).toBe(false);
      now = 5_000;
    }
    await until(() => client.closed && connections.length === 1);
    expect(client.error?.code).toBe("ECONNRESET");
    expect(connections[0]?.reason).toMatch(reason ?? /did not say in time/);
  });

  it("lets go of those who leave before they have said where they want to go", async () => {
    const { port, gateway, connections } = await startByName({ "a.test": "a" }, { a: ["tcp://127.0.0.1:9"] });
    const client = connectTcp(port);
    client.socket.write(Buffer.from([22, 3, 1]));
    await until(() => gateway.connections === 1);
    client.socket.end();
    await until(() => gateway.connections === 0 && connections.length === 1);
    expect(connections[0]?.reason).toBe("the client left");
  });
});

describe("TLS in PostgreSQL's way", () => {
  const SSL_REQUEST = Buffer.from("0000000804d2162f", "hex");
  const hello = inRecords(helloMessage({ serverName: "pg.localhost" }));

  /** An endpoint that answers the question for TLS, and then says what it hears. */
  const postgres = (answer: string) => (socket: Socket) => {
    socket.once("data", (question: Buffer) => {
      if (!question.equals(SSL_REQUEST)) socket.destroy();
      socket.write(answer);
      socket.pipe(socket);
    });
  };

  it("is answered, and asked of the endpoint before the client's handshake goes there", async () => {
    const endpoint = await startTcpEndpoint(postgres("S"));
    const { port } = await startByName({ "pg.localhost": "pg" }, { pg: [endpoint.url] });
    const client = connectTcp(port);
    client.socket.write(Buffer.from("0000000804d21630", "hex"));
    await until(() => client.text === "N");
    client.socket.write(SSL_REQUEST.subarray(0, 3));
    await pause(10);
    client.socket.write(SSL_REQUEST.subarray(3));
    await until(() => client.text === "NS");
    client.socket.write(hello);
    await until(() => client.text.length === 2 + hello.length);
    expect(Buffer.from(client.text.slice(2), "latin1")).toEqual(hello);
  });

  it.each([
    ["does not take TLS", "N"],
    ["says something more, which the client would believe was said by TLS", "SE"],
  ])("does not reach an endpoint that %s", async (_name, answer) => {
    const endpoint = await startTcpEndpoint(postgres(answer));
    const { port, connections } = await startByName(
      { "pg.localhost": "pg" },
      { pg: { endpoints: [endpoint.url], retry: { attempts: 0 } } },
    );
    const client = connectTcp(port);
    client.socket.write(SSL_REQUEST);
    await until(() => client.text === "S");
    client.socket.write(hello);
    await until(() => client.closed && connections.length === 1);
    expect(connections[0]).toMatchObject({ code: "GW0311", outcome: "connect-failure" });
  });

  it("is refused to clients that do not wait for the answer", async () => {
    const { port, connections } = await startByName({ "*": "pg" }, { pg: ["tcp://127.0.0.1:9"] });
    const client = connectTcp(port);
    client.socket.write(Buffer.concat([SSL_REQUEST, hello]));
    await until(() => client.closed && connections.length === 1);
    expect([client.text, connections[0]?.reason]).toEqual(["", "something follows its question for TLS"]);
  });
});
