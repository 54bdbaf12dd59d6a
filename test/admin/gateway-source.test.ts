import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createGatewaySource } from "../../src/admin/gateway-source.ts";
import { loadValue } from "../../src/config/load.ts";
import { gatewayGauges } from "../../src/gateway/gauges.ts";
import { createGateway } from "../../src/gateway/gateway.ts";
import { systemClock, systemWallClock } from "../../src/shared/clock.ts";
import { createTelemetry } from "../../src/telemetry/telemetry.ts";
import { parseExposition } from "../telemetry/metrics/exposition.ts";
import { ask, runAdmin } from "./running-admin.ts";

/** A real endpoint, a real gateway in front of it, telemetry, and the admin API. */
async function world() {
  const server = createServer((_request, response) => response.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const live = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dead = "http://127.0.0.1:1";
  const services = { users: [live, dead] };
  const value = {
    version: 1,
    services,
    routes: [{ match: "/users", service: "users" }],
  };
  const { config } = loadValue(value);
  if (config === undefined) throw new Error("the config is not valid");
  // Port 0 cannot be configured, but it can be bound.
  const listeners = config.listeners.map((listener) => ({ ...listener, port: 0 })) as typeof config.listeners;
  let log = "";
  const telemetry = createTelemetry({
    accessLog: { format: "json", path: "-", sample: 1, headers: [], redact: [] },
    sink: { write: (text) => void (log += text), isTTY: false, color: false, columns: 80 },
    clock: systemClock,
    wallClock: systemWallClock,
  });
  const gateway = createGateway({ ...config, listeners }, { onFinish: telemetry.finish, seed: 1 });
  await gateway.start();
  telemetry.metrics.setGauges(gatewayGauges(gateway));
  onTestFinished(async () => {
    await gateway.stop();
    server.closeAllConnections();
    server.close();
    void telemetry.close();
  });
  const clocks = { clock: systemClock, wallClock: systemWallClock };
  const source = createGatewaySource({ gateway, metrics: telemetry.metrics, routes: () => [], ...clocks });
  const logLines = () => {
    telemetry.flush();
    return log
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return { gateway, source, live, dead, logLines, url: gateway.bound[0]?.url ?? "" };
}

describe("a real gateway behind the admin API", () => {
  it("shows in log, metrics, services and status what went through it", async () => {
    const { source, live, dead, url, logLines } = await world();
    const { admin } = await runAdmin(undefined, { ...source, calls: [], list: [] });
    // Round robin meets the dead endpoint in the second request at the latest, and goes on to the live one.
    for (let i = 0; i < 4; i++) expect((await fetch(`${url}/users/${i}?token=s3cret`)).status).toBe(200);
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);

    const lines = logLines();
    expect(lines.map(({ status, route, endpoint }) => [status, route, endpoint])).toEqual([
      ...Array.from({ length: 4 }, () => [200, "users", live]),
      [404, null, null],
    ]);
    expect(lines.map(({ attempts }) => attempts as number).reduce((sum, tries) => sum + tries)).toBe(5);
    expect(JSON.stringify(lines)).not.toContain("s3cret");

    const families = parseExposition((await ask(admin.port, "/metrics")).text);
    const counted = families.get("gatewayctl_requests_total")?.samples ?? [];
    expect(counted.find(({ labels }) => labels["endpoint"] === live)?.value).toBe(4);
    expect(families.get("gatewayctl_retries_total")?.samples[0]?.value).toBe(1);
    const healthy = families.get("gatewayctl_endpoint_healthy")?.samples ?? [];
    expect(healthy.map(({ labels, value }) => [labels["endpoint"], value])).toEqual([
      [live, 1],
      [dead, 0],
    ]);

    const status = (await ask(admin.port, "/api/status")).json;
    expect(status).toMatchObject({ listeners: [url], traffic: { requests: 5, errors: 0 }, services: 1 });
    expect(status["unhealthy"]).toMatchObject([{ service: "users", endpoint: dead }]);
    const times = (await ask(admin.port, "/api/times")).json;
    expect(times["services"]).toMatchObject([{ endpoints: [{ endpoint: live, answers: 4 }, { answers: 0 }] }]);
    const { json } = await ask(admin.port, "/api/services");
    expect(json["services"]).toMatchObject([
      {
        service: "users",
        endpoints: [
          { id: live, requests: 4 },
          { id: dead, failures: 1 },
        ],
      },
    ]);
  });

  it("is drained, enabled and weighed by it", async () => {
    const { source, live, url } = await world();
    const running = await runAdmin(undefined, { ...source, calls: [], list: [] });
    const call = (action: string, body: string) =>
      ask(running.admin.port, `/api/services/users/endpoints/${encodeURIComponent(live)}/${action}`, {
        method: "POST",
        headers: { authorization: `Bearer ${running.token}`, "content-type": "application/json" },
        body,
      });
    expect((await call("drain", "{}")).json).toMatchObject({ endpoint: { draining: true, eligible: false } });
    // Only the dead endpoint is left.
    expect((await fetch(`${url}/users`)).status).toBe(502);
    expect((await call("enable", "{}")).json).toMatchObject({ endpoint: { draining: false, eligible: true } });
    expect((await fetch(`${url}/users`)).status).toBe(200);
    expect((await call("weight", '{"weight":7}')).json).toMatchObject({ endpoint: { weight: 7 } });
  });
});
