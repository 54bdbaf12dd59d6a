import { expect, it } from "vitest";
import { until } from "../../helpers/eventually.ts";
import { appConfig, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`;

it("a half-closed client gets every answer, those too that the gateway makes itself", async () => {
  const endpoint = await startWireEndpoint({
    onRequest: (_request, socket) => void setTimeout(() => socket.write(ok("theirs")), 30),
  });
  const { port, gateway } = await startGateway({
    services: { app: endpoint.url },
    routes: [
      { match: "/own", respond: { body: "own" } },
      { match: "/", service: "app" },
    ],
  });
  const client = await connectWire(port);
  client.socket.end(get("/") + get("/own") + get("/own") + get("/") + get("/own"));
  for (const text of ["theirs", "own", "own", "theirs", "own"]) expect((await client.response()).text).toBe(text);
  await until(() => client.ended && gateway.connections === 0);
});

it("a client that half-closes within the answer is not kept behind it", async () => {
  const endpoint = await startWireEndpoint({
    onRequest: (_request, socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab");
      setTimeout(() => socket.write("cd"), 100);
    },
  });
  const { port, gateway } = await startGateway(appConfig([endpoint.url]));
  const client = await connectWire(port);
  client.send(get("/"));
  await until(() => client.received().includes("ab"));
  client.socket.end();
  expect((await client.response()).text).toBe("abcd");
  await until(() => client.ended && gateway.connections === 0);
});
