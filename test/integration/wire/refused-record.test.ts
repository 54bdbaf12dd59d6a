import { expect, it } from "vitest";
import { appConfig, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";

/** Exchanges are used again: what one client asked must not show in what is logged of, or answered to, the next. */
it.each([
  [
    "its framing",
    "POST /mine?q=1 HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
    "POST",
    "/mine",
  ],
  ["its Host", "PUT /mine?q=1 HTTP/1.1\r\nhost: a b\r\n\r\n", "PUT", "/mine"],
  ["its length", "POST /mine?q=1 HTTP/1.1\r\nhost: a\r\ncontent-length: 999999999999\r\n\r\n", "POST", "/mine"],
  ["its form", "GET mine?q=1 HTTP/1.1\r\nhost: a\r\n\r\n", "GET", "mine"],
  ["CONNECT", "CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n", "CONNECT", "a:443"],
  ["credentials in it", "GET http://me:secret@a/mine?q=1 HTTP/1.1\r\nhost: a\r\n\r\n", "GET", "a/mine"],
  ["its grammar", "GET / HTTP/1.1\r\nhost : a\r\n\r\n", "", ""],
])("a request refused for %s is on record as itself, not as the one before", async (_why, request, method, path) => {
  const endpoint = await startWireEndpoint({ onRequest: (_request, socket) => socket.write(ok("")) });
  const { port, finished } = await startGateway(appConfig([endpoint.url]));
  const before = await connectWire(port);
  before.send("HEAD /of-somebody-else?secret HTTP/1.1\r\nhost: a\r\n\r\n");
  await before.response("HEAD");
  const client = await connectWire(port);
  client.send(request);
  const response = await client.response();
  expect(response.text).toContain('"code":"GW02');
  expect(finished.at(-1)).toMatchObject({ method, path, status: response.status });
});
