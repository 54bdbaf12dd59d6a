import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";

/** What the endpoint, the client and the log got as request id, for these lines of a request. */
async function idsFor(...lines: string[]): Promise<(string | undefined)[]> {
  const endpoint = await startEndpoint();
  const { port, finished } = await startGateway({
    services: { s: endpoint.url },
    routes: [{ match: "/", service: "s" }],
  });
  const client = await connectWire(port);
  client.send(`GET / HTTP/1.1\r\n${["Host: x", ...lines].join("\r\n")}\r\n\r\n`);
  const response = await client.response();
  const atEndpoint = endpoint.requests[0]?.headersDistinct["x-request-id"]?.join(" and ");
  return [atEndpoint, response.headers.get("x-request-id"), finished[0]?.requestId];
}

describe("a request's id", () => {
  it("is kept where the client names one, everywhere the same", async () => {
    expect(await idsFor("X-Request-ID: mine-1")).toEqual(["mine-1", "mine-1", "mine-1"]);
  });

  it.each([
    ["sent none", []],
    ["sent an empty one", ["X-Request-Id: "]],
    ["sent two", ["X-Request-Id: a", "X-Request-Id: b"]],
    ["sent one that no log should hold", [`X-Request-Id: ${"a".repeat(201)}`]],
  ])("is made where the client %s", async (_name, lines) => {
    const [first, ...others] = await idsFor(...lines);
    expect(first).toMatch(/^[0-9a-f]{12}-[0-9a-z]+$/);
    expect(others).toEqual([first, first]);
  });
});

describe("what cannot begin a request", () => {
  it("is refused at once, without waiting for a line's end: a TLS hello", async () => {
    const endpoint = await startEndpoint();
    const { port } = await startGateway({ services: { s: endpoint.url }, routes: [{ match: "/", service: "s" }] });
    const client = await connectWire(port);
    client.send(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
    expect((await client.response("GET", 500)).status).toBe(400);
  });
});
