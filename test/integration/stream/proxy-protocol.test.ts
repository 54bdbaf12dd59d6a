import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { decodeProxyHeader } from "../../../src/shared/proxy-protocol/decode.ts";
import { proxyHeader } from "../../../src/shared/proxy-protocol/encode.ts";
import { until } from "../../helpers/eventually.ts";
import { helloMessage, inRecords } from "../../stream/client-hello.ts";
import { connectTcp, echo, startTcpEndpoint, startTcpGateway } from "./support.ts";

const FAR = { sourceIp: "203.0.113.7", sourcePort: 5678, destinationIp: "198.51.100.1", destinationPort: 443 };

/** Gathers what comes, with nothing said in return but that it came. */
function listening(): { serve: (socket: Socket) => void; heard: () => Buffer } {
  let heard = Buffer.alloc(0);
  const serve = (socket: Socket): void => {
    socket.on("end", () => void socket.end());
    socket.on("data", (part: Buffer) => {
      heard = Buffer.concat([heard, part]);
    });
  };
  return { serve, heard: () => heard };
}

describe("the PROXY protocol at layer 4", () => {
  it.each(["v1", "v2"])("tells endpoints by %s of each client", async (proxyProtocol) => {
    const { serve, heard } = listening();
    const endpoint = await startTcpEndpoint(serve);
    const { port } = await startTcpGateway({ endpoints: [endpoint.url], proxyProtocol });
    const client = connectTcp(port);
    client.socket.write("hello");
    await until(() => heard().toString("latin1").endsWith("hello"));
    const decoding = decodeProxyHeader(heard());
    const { localPort } = client.socket;
    expect(decoding).toMatchObject({
      state: "complete",
      length: heard().length - 5,
      addresses: { sourceIp: "127.0.0.1", sourcePort: localPort, destinationIp: "127.0.0.1", destinationPort: port },
    });
  });

  it("is read of trusted proxies, and what it says goes on", async () => {
    const { serve, heard } = listening();
    const endpoint = await startTcpEndpoint(serve);
    const { port, connections } = await startTcpGateway(
      { endpoints: [endpoint.url], proxyProtocol: "v2" },
      { listener: { proxyProtocol: true }, config: { trustedProxies: ["127.0.0.1"] } },
    );
    const client = connectTcp(port);
    const header = proxyHeader(1, FAR);
    client.socket.write(header.subarray(0, 9));
    await until(() => client.socket.bytesWritten === 9);
    client.socket.end(Buffer.concat([header.subarray(9), Buffer.from("hello")]));
    await until(() => heard().toString("latin1").endsWith("hello"));
    expect(decodeProxyHeader(heard())).toMatchObject({ addresses: FAR });
    client.socket.destroy();
    await until(() => connections.length === 1);
    expect(connections[0]).toMatchObject({ clientIp: "203.0.113.7", clientPort: 5678 });
  });

  it("stands in front of a TLS handshake", async () => {
    const endpoint = await startTcpEndpoint(echo());
    const { port } = await startTcpGateway(
      { endpoints: [endpoint.url] },
      {
        listener: { proxyProtocol: true, service: undefined, sni: { "a.test": "app" } },
        config: { trustedProxies: ["127.0.0.1"] },
      },
    );
    const client = connectTcp(port);
    const hello = inRecords(helloMessage({ serverName: "a.test" }));
    client.socket.write(Buffer.concat([proxyHeader(2, FAR), hello]));
    await until(() => client.text.length === hello.length);
    expect(Buffer.from(client.text, "latin1")).toEqual(hello);
  });

  it.each([
    ["anybody who is not trusted", ["10.0.0.1"], proxyHeader(1, FAR)],
    ["a header that is none", ["127.0.0.1"], Buffer.from("hello, hello, hello\r\n")],
  ])("resets %s", async (_name, trustedProxies, octets) => {
    const endpoint = await startTcpEndpoint(echo("never"));
    const { port } = await startTcpGateway(
      { endpoints: [endpoint.url] },
      { listener: { proxyProtocol: true }, config: { trustedProxies } },
    );
    const client = connectTcp(port);
    client.socket.write(octets);
    await until(() => client.closed);
    expect([client.text, endpoint.sockets.length]).toEqual(["", 0]);
  });
});
