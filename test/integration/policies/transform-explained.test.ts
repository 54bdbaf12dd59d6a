import { describe, expect, it } from "vitest";
import { createDecider, type Decision } from "../../../src/gateway/decide.ts";
import { createRuntime } from "../../../src/gateway/runtime.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { configOf, startGateway } from "../../helpers/gateway.ts";
import { ask } from "../../helpers/wires.ts";

const TRANSFORM = {
  request: {
    headers: { set: { "x-order": "{id}" } },
    query: { set: { source: "gateway" }, remove: ["debug"] },
    body: { from: "json", to: "xml", root: "order" },
  },
  response: { body: { from: "xml", to: "json", root: "order", map: "{ 'id': id }" } },
};

function config(endpoint: string): Record<string, unknown> {
  return {
    services: { orders: [endpoint] },
    routes: [{ match: "/orders/{id}", service: "orders", policies: { transform: TRANSFORM } }],
  };
}

function decide(body: string | undefined, type = "application/json"): Decision {
  const runtime = createRuntime(configOf(config("http://localhost:4001")), { clock: systemClock, seed: "test" });
  return createDecider(runtime).decide({
    method: "POST",
    url: "/orders/7?debug=1&page=2",
    headers: [["content-type", type]],
    body: body === undefined ? undefined : Buffer.from(body),
  });
}

describe("what route says of transform", () => {
  it("names all that would be changed, and shows the query that goes on", () => {
    const { outcome, policies, rewritten } = decide('{"id":7}');
    expect(outcome).toBe("forward");
    expect(policies).toEqual([
      {
        name: "transform",
        verdict: "pass",
        reason:
          "fields: set x-order; query: remove debug, set source; body json → xml under <order>: 8 → 64 bytes; " +
          "response body xml → json under <order>, by map",
      },
    ]);
    expect(rewritten).toEqual({ target: "/orders/7?page=2&source=gateway" });
  });

  it.each([
    ["{", "application/json", 400, "GW0519"],
    ["{}", "text/plain", 415, "GW0520"],
    [`"${"x".repeat(1_100_000)}"`, "application/json", 413, "GW0521"],
  ])("says what live traffic gets: %.10s of %s is %i", async (body, type, status, code) => {
    const decision = decide(body, type);
    expect([decision.outcome, decision.status, decision.code]).toEqual(["reject", status, code]);
    const endpoint = await startEndpoint();
    const { port } = await startGateway(config(endpoint.url));
    const reply = await ask("HTTP/1.1", port, {
      method: "POST",
      path: "/orders/7",
      headers: { "content-type": type },
      body,
    });
    expect([reply.status, (JSON.parse(reply.text) as { code: string }).code]).toEqual([status, code]);
    expect(endpoint.requests).toEqual([]);
  });
});
