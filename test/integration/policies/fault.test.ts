import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { createDecider } from "../../../src/gateway/decide.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { atRest, startGateway } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";

async function startApp(fault: object, service: object = {}) {
  const endpoint = await startEndpoint();
  const gateway = await startGateway({
    services: { app: { endpoints: [endpoint.url], ...service } },
    routes: [{ match: "/", service: "app", policies: { fault } }],
  });
  return { endpoint, ...gateway };
}

describe.each(WIRES)("fault over %s", (wire) => {
  it("answers in place of the endpoint, and says so in answer and log", async () => {
    const { port, endpoint, finished } = await startApp({ abort: 429 });
    const { status, headers, text } = await ask(wire, port);
    expect([status, headers["x-gatewayctl-fault"]]).toEqual([429, "abort"]);
    expect(JSON.parse(text)).toMatchObject({ status: 429, code: "GW0533", title: "Fault injected" });
    expect(endpoint.requests).toHaveLength(0);
    await until(() => finished.length === 1);
    expect(finished[0]).toMatchObject({ status: 429, code: "GW0533", attempts: 0 });
  });

  it("holds a request, with its body, and lets it go on", async () => {
    const { port, endpoint } = await startApp({ delay: "40ms" });
    const started = performance.now();
    const reply = await ask(wire, port, { method: "POST", body: "x".repeat(100_000) });
    expect([reply.status, reply.text, reply.headers["x-gatewayctl-fault"]]).toEqual([200, "ok", "delay"]);
    expect(performance.now() - started).toBeGreaterThan(38);
    expect(endpoint.requests).toHaveLength(1);
  });

  it("leaves an endpoint's time to the endpoint", async () => {
    const { port } = await startApp({ delay: "50ms" }, { timeouts: { request: "40ms" } });
    expect((await ask(wire, port)).status).toBe(200);
  });

  it("happens to those alone who ask for it", async () => {
    const { port } = await startApp({ abort: 500, header: { "x-chaos": "true" } });
    const statuses = [{}, { "x-chaos": "false" }, { "x-chaos": "true" }].map(
      async (headers) => (await ask(wire, port, { headers })).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 200, 500]);
  });
});

describe("fault", () => {
  it("holds nobody who has left", async () => {
    const { port, gateway, endpoint } = await startApp({ delay: "1h" });
    const client = connect(port, "127.0.0.1");
    client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await until(() => gateway.requestsInFlight === 1);
    client.destroy();
    await until(() => atRest(gateway));
    expect(endpoint.requests).toHaveLength(0);
  });

  it("is told by `route`, with the status that it answers", async () => {
    const { gateway } = await startApp({ abort: 429, delay: "1s" });
    const decision = createDecider(gateway.runtime).decide({ method: "GET", url: "http://localhost/" });
    expect(decision).toMatchObject({ outcome: "reject", status: 429, code: "GW0533" });
    const reason = "held for 1s, then answered 429";
    expect(decision.policies).toEqual([{ name: "fault", verdict: "reject", reason }]);
  });
});
