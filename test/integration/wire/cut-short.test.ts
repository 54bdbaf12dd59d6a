import { request as httpRequest } from "node:http";
import { describe, expect, it } from "vitest";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { until } from "../../helpers/eventually.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { startWireEndpoint } from "../../helpers/wire-endpoint.ts";

const LENGTH = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf";
const CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n";
const IN_A_CHUNK = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nhalf";
const UNTIL_CLOSE = "HTTP/1.1 200 OK\r\n\r\nhalf";

/** What an ordinary client makes of an answer. */
function ask(port: number): Promise<{ body: string; complete: boolean }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: "127.0.0.1" }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("error", () => {});
      response.on("close", () => resolve({ body, complete: response.complete }));
    });
    request.on("error", reject);
    request.end();
  });
}

describe("an answer that the endpoint cut short", () => {
  it.each([
    ["a length, ended", LENGTH, false],
    ["a length, reset", LENGTH, true],
    ["chunks, ended between two", CHUNKED, false],
    ["chunks, ended inside one", IN_A_CHUNK, false],
    ["chunks, reset", CHUNKED, true],
    ["nothing but the connection, reset", UNTIL_CLOSE, true],
  ])("is seen to be: framed by %s", async (_name, answer, reset) => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => {
        socket.write(answer);
        setTimeout(() => (reset ? socket.resetAndDestroy() : socket.end()), 10);
      },
    });
    const { gateway, port, finished } = await startGateway(appConfig([endpoint.url]));
    expect(await ask(port)).toEqual({ body: "half", complete: false });
    expect(finished[0]).toMatchObject({ status: 200, code: "GW0303" });
    await until(() => atRest(gateway));
  });

  it.each([
    ["chunks", CHUNKED],
    ["its connection, reset", UNTIL_CLOSE],
  ])("is seen to be by a client of HTTP/1.0, whose connection is reset: framed by %s", async (_name, answer) => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => {
        socket.write(answer);
        setTimeout(() => socket.resetAndDestroy(), 10);
      },
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send("GET / HTTP/1.0\r\n\r\n");
    await until(() => client.closed, "nothing told the client");
    expect(client.error?.code).toBe("ECONNRESET");
  });
});
