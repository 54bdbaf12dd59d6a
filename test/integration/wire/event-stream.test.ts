import { request as httpRequest } from "node:http";
import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { until } from "../../helpers/eventually.ts";

describe("a stream of events", () => {
  it("arrives event by event, lives longer than timeouts.request, and its end is told", async () => {
    let write: (event: string) => void = () => {};
    let gone = false;
    const endpoint = await startEndpoint((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      write = (event) => void response.write(`data: ${event}\n\n`);
      response.once("close", () => {
        gone = true;
      });
    });
    const { gateway, port } = await startGateway(appConfig([endpoint.url], { timeouts: { request: "300ms" } }));
    let received = "";
    let status = 0;
    const request = httpRequest({ port, host: "127.0.0.1" }, (response) => {
      status = response.statusCode ?? 0;
      response.on("data", (chunk) => {
        received += chunk;
      });
      response.on("error", () => {});
    });
    request.on("error", () => {});
    request.end();
    // The head comes at once, before there is any event.
    await until(() => status === 200, "the head was held back");

    const began = performance.now();
    for (let i = 0; performance.now() - began < 700; i++) {
      write(`event ${i}`);
      await until(() => received.includes(`event ${i}\n`), "an event was held back");
    }
    expect(received).toMatch(/^data: event 0\n\n/);

    request.destroy();
    await until(() => gone, "the endpoint was not told that nobody listens");
    await until(() => atRest(gateway) && gateway.connections === 0);
  });
});
