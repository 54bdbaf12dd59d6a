import { type ConnectionOptions, connect as connectTls } from "node:tls";
import type { Socket } from "node:net";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createTestCa, type TestCa, type TestCertificate } from "../../helpers/certificates.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { buffersInUse } from "../../helpers/memory.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { startWireEndpoint, type WireEndpoint } from "../../helpers/wire-endpoint.ts";
import { startFront } from "./front.ts";

const ASK = "GET /chat HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n";
const AGREE = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n";

let ca: TestCa;
let certificate: TestCertificate;
beforeAll(async () => {
  ca = await createTestCa();
  certificate = await ca.issue(["127.0.0.1"]);
});

interface Ends {
  /** The client's end, and all that it has got behind the head. */
  readonly client: Socket;
  heardByClient(): string;
  readonly clientEnded: () => boolean;
  /** The endpoint's end, and all that it has got. */
  readonly endpoint: Socket;
  heardByEndpoint(): string;
  readonly endpointEnded: () => boolean;
  /** Nothing of the tunnel is left. */
  gone(): boolean;
}

/** An open tunnel, both of its ends in the test's hand. */
async function openTunnel(wire: "TCP" | "TLS", halfClosedSilence = 60_000): Promise<Ends> {
  let heardByEndpoint = "";
  let endpointEnded = false;
  const endpoint: WireEndpoint = await startWireEndpoint({
    onRequest: (_request, socket) => {
      socket.removeAllListeners("data");
      socket.on("data", (chunk) => {
        heardByEndpoint += chunk;
      });
      socket.on("end", () => {
        endpointEnded = true;
      });
      socket.write(AGREE);
    },
  });
  const front = await startFront(
    { host: "127.0.0.1", port: endpoint.port, connectTimeoutMs: 10_000 },
    { halfClosedSilence, ...(wire === "TLS" ? { certificate } : {}) },
  );
  const client = wire === "TLS" ? await tlsClient(front.port) : (await connectWire(front.port)).socket;
  let heard = "";
  let clientEnded = false;
  client.on("data", (chunk) => {
    heard += chunk;
  });
  client.on("end", () => {
    clientEnded = true;
  });
  client.write(ASK);
  await until(() => heard.includes("\r\n\r\n"), "no tunnel");
  return {
    client,
    heardByClient: () => heard.slice(heard.indexOf("\r\n\r\n") + 4),
    clientEnded: () => clientEnded,
    endpoint: endpoint.sockets[0] as Socket,
    heardByEndpoint: () => heardByEndpoint,
    endpointEnded: () => endpointEnded,
    gone: () => front.told.length === 2 && front.sockets.every(({ destroyed }) => destroyed),
  };
}

async function tlsClient(port: number): Promise<Socket> {
  const socket = connectTls({ port, host: "127.0.0.1", ca: ca.cert, allowHalfOpen: true } as ConnectionOptions);
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  await until(() => socket.authorized, "no handshake");
  return socket;
}

describe.each(["TCP", "TLS"] as const)("a tunnel to a client in %s", (wire) => {
  it("goes on towards the endpoint when that has nothing more to say", async () => {
    const ends = await openTunnel(wire);
    ends.endpoint.end("last words");
    await until(ends.clientEnded, "the client is not told");
    expect(ends.heardByClient()).toBe("last words");
    for (let part = 0; part < 5; part++) {
      ends.client.write(`${part},`);
      await pause(10);
    }
    ends.client.end("over");
    await until(ends.endpointEnded, "the endpoint is not told");
    expect(ends.heardByEndpoint()).toBe("0,1,2,3,4,over");
    await until(ends.gone);
  });

  it("goes on towards the client when that has nothing more to say", async () => {
    const ends = await openTunnel(wire);
    ends.client.end("last words");
    await until(ends.endpointEnded, "the endpoint is not told");
    expect(ends.heardByEndpoint()).toBe("last words");
    for (let part = 0; part < 5; part++) {
      ends.endpoint.write(`${part},`);
      await pause(10);
    }
    ends.endpoint.end("over");
    await until(ends.clientEnded, "the client is not told");
    expect(ends.heardByClient()).toBe("0,1,2,3,4,over");
    await until(ends.gone);
  });

  it.each(["client", "endpoint"] as const)("whose %s has ended ends soon after the other falls silent", async (who) => {
    const ends = await openTunnel(wire, 120);
    const [quiet, talking] = who === "client" ? [ends.client, ends.endpoint] : [ends.endpoint, ends.client];
    const heard = who === "client" ? ends.heardByClient : ends.heardByEndpoint;
    quiet.end();
    await until(who === "client" ? ends.endpointEnded : ends.clientEnded);
    // Three times as long as silence would be put up with.
    let expected = "";
    for (const began = performance.now(); performance.now() - began < 360; await pause(20)) {
      expected += ".";
      talking.write(".");
    }
    await until(() => heard() === expected, "what came behind the end was lost");
    expect(ends.gone()).toBe(false);
    // Looked at once in every such span: two of them, and what the machine adds.
    await until(ends.gone, "it is kept");
  });

  it("that is open both ways knows no such limit", async () => {
    const ends = await openTunnel(wire, 20);
    for (let turn = 0; turn < 4; turn++) await pause(50);
    ends.client.write("still here");
    await until(() => ends.heardByEndpoint() === "still here");
  });
});

describe.each(["TCP", "TLS"] as const)("a tunnel to a client in %s", (wire) => {
  const SPAN = 64 * 1024;
  const TUNNELS = 20;
  /** Of each tunnel; the parts are shared, so that only what the tunnels hold of them counts. */
  const BOUND = 400 * 1024;

  it.each(["client", "endpoint"] as const)(
    "whose %s stops reading holds little of what the other sends",
    async (who) => {
      const part = Buffer.alloc(SPAN, "x");
      const all = await Promise.all(Array.from({ length: TUNNELS }, () => openTunnel(wire)));
      const writers: Socket[] = [];
      const before = await buffersInUse();
      for (const { client, endpoint } of all) {
        const [reader, writer] = who === "client" ? [client, endpoint] : [endpoint, client];
        reader.pause();
        writers.push(writer);
        const more = (): void => {
          while (!writer.destroyed && writer.write(part));
        };
        writer.on("drain", more);
        more();
      }
      const written = (): number =>
        writers.reduce((sum, writer) => sum + writer.bytesWritten - writer.writableLength, 0);
      let last = -1;
      for (let same = 0; same < 8; await pause(25)) {
        same = written() === last ? same + 1 : 0;
        last = written();
      }
      expect(last).toBeGreaterThan(TUNNELS * SPAN);
      // A TLS writer holds one encrypted part of its own, which is not the tunnel's.
      const held = (await buffersInUse()) - before;
      expect(held).toBeLessThan(TUNNELS * BOUND);
      for (const { client, endpoint } of all) {
        client.destroy();
        endpoint.resume().end();
      }
      await until(() => all.every((one) => one.gone()), "they are kept", 4_000);
    },
  );
});
