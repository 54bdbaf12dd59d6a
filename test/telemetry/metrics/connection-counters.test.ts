import { describe, expect, it } from "vitest";
import { createMetrics } from "../../../src/telemetry/metrics/metrics.ts";
import { connection } from "../connections.ts";
import { parseExposition } from "./exposition.ts";

describe("metrics of connections", () => {
  it("count by protocol, service, endpoint and outcome, and add up octets and time", async () => {
    const metrics = createMetrics({ now: () => 0 }, { now: () => 1_700_000_000_000 });
    for (let i = 0; i < 2; i++) metrics.countConnection(connection({ durationMs: 250 }));
    metrics.countConnection(connection({ outcome: "reset", requestBytes: 1, responseBytes: 2, durationMs: 500 }));
    metrics.countConnection(connection({ protocol: "udp", serviceName: "dns", endpointId: "udp://a:53" }));
    metrics.countConnection(connection({ serviceName: undefined, endpointId: undefined, outcome: "cancelled" }));
    const families = parseExposition(await metrics.text());
    const samples = (name: string) => families.get(name)?.samples.map(({ labels, value }) => ({ ...labels, value }));
    const own = { protocol: "tcp", service: "postgres", endpoint: "tcp://localhost:5432" };
    expect(samples("gatewayctl_stream_connections_total")).toEqual([
      { ...own, outcome: "ok", value: 2 },
      { ...own, outcome: "reset", value: 1 },
      { protocol: "udp", service: "dns", endpoint: "udp://a:53", outcome: "ok", value: 1 },
      { protocol: "tcp", service: "", endpoint: "", outcome: "cancelled", value: 1 },
    ]);
    expect(samples("gatewayctl_stream_bytes_total")).toContainEqual({
      protocol: "tcp",
      service: "postgres",
      direction: "in",
      value: 201,
    });
    expect(samples("gatewayctl_stream_seconds_total")).toContainEqual({
      protocol: "tcp",
      service: "postgres",
      value: 1,
    });
  });
});
