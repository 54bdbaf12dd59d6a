import { expect, it } from "vitest";
import { createDecider } from "../../src/gateway/decide.ts";
import { createRuntime } from "../../src/gateway/runtime.ts";
import { configOf } from "../helpers/gateway.ts";

function decide(ip: string) {
  const config = configOf({
    services: { app: ["http://127.0.0.1:1"] },
    routes: [{ name: "app", match: "/", service: "app", policies: { ipFilter: { allow: ["10.0.0.0/8"] } } }],
  });
  return createDecider(createRuntime(config, { clock: { now: () => 0 }, seed: 1 })).decide({
    method: "GET",
    url: "/",
    ip,
  });
}

it("says what a policy lets pass, and goes on to the endpoint", () => {
  expect(decide("10.1.2.3")).toMatchObject({
    outcome: "forward",
    endpoint: "http://127.0.0.1:1",
    policies: [{ name: "ipFilter", verdict: "pass", reason: "10.1.2.3 is allowed" }],
  });
});

it("says which policy refuses, and picks no endpoint", () => {
  expect(decide("192.0.2.1")).toMatchObject({
    outcome: "reject",
    status: 403,
    code: "GW0501",
    route: "app",
    service: "app",
    endpoint: null,
    reason: "ipFilter: 192.0.2.1 is not among those allowed",
    policies: [{ name: "ipFilter", verdict: "reject" }],
  });
});
