import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";

describe.each(WIRES)("cache over %s", (wire) => {
  it("answers with what is stored, with its age, until it is stale", async () => {
    const time = { now: 1_000 };
    const endpoint = await startEndpoint((_, response) => {
      response.setHeader("cache-control", "max-age=10");
      response.setHeader("date", "Sat, 01 Jan 2000 00:00:00 GMT");
      response.end("whole");
    });
    const { port } = await startGateway(
      { services: { app: [endpoint.url] }, routes: [{ match: "/", service: "app", policies: { cache: {} } }] },
      { clock: { now: () => time.now } },
    );
    const first = await ask(wire, port, { path: "/x?a=1" });
    expect(first.headers["cache-status"]).toBe("gatewayctl; fwd=uri-miss; stored; ttl=10");
    time.now += 9_999;
    const second = await ask(wire, port, { path: "/x?a=1" });
    expect([second.status, second.text, second.headers["age"], second.headers["date"]]).toEqual([
      200,
      "whole",
      "9",
      "Sat, 01 Jan 2000 00:00:00 GMT",
    ]);
    expect(second.headers["cache-status"]).toBe("gatewayctl; hit; ttl=1");
    expect(second.headers["content-length"]).toBe("5");
    expect(endpoint.requests).toHaveLength(1);
    time.now += 1;
    await ask(wire, port, { path: "/x?a=1" });
    expect(endpoint.requests).toHaveLength(2);
  });
});
