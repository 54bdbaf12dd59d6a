import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMetrics } from "../../../src/telemetry/metrics/metrics.ts";
import { MOST_ENDPOINTS } from "../../../src/telemetry/metrics/request-counters.ts";
import { finished } from "../exchanges.ts";
import { type ParsedFamily, parseExposition } from "./exposition.ts";

function create() {
  const clock = { time: 0, now: () => clock.time };
  return { clock, metrics: createMetrics(clock, { now: () => 1_700_000_000_000 }) };
}

async function read(metrics: ReturnType<typeof create>["metrics"]): Promise<Map<string, ParsedFamily>> {
  return parseExposition(await metrics.text());
}

function samplesOf(families: Map<string, ParsedFamily>, name: string): ParsedFamily["samples"] {
  return families.get(name)?.samples ?? [];
}

describe("metrics", () => {
  it("counts requests by route, service, endpoint, method and status", async () => {
    const { metrics } = create();
    for (let i = 0; i < 3; i++) metrics.count(finished());
    metrics.count(finished({ status: 502 }));
    metrics.count(finished({ method: "POST" }));
    metrics.count(finished({ endpointId: "http://localhost:4002" }));
    const labels = {
      route: "users",
      service: "users",
      endpoint: "http://localhost:4001",
      method: "GET",
      status: "200",
    };
    const samples = samplesOf(await read(metrics), "gatewayctl_requests_total").map(({ labels: l, value }) => [
      l,
      value,
    ]);
    expect(samples).toHaveLength(4);
    expect(samples).toEqual(
      expect.arrayContaining([
        [labels, 3],
        [{ ...labels, status: "502" }, 1],
        [{ ...labels, method: "POST" }, 1],
        [{ ...labels, endpoint: "http://localhost:4002" }, 1],
      ]),
    );
  });

  it("counts the gateway's own requests apart, and the time that endpoints took for them", async () => {
    const { metrics } = create();
    const part = { routeName: "all", serviceName: "users", internal: "part" as const, attempts: 2, endpointMs: 20 };
    metrics.count(finished(part));
    metrics.count(finished(part));
    metrics.count(finished({ ...part, status: 502 }));
    metrics.count(finished({ ...part, internal: "mirror", serviceName: "shadow", attempts: 0, status: 499 }));
    const families = await read(metrics);
    const labels = { route: "all", service: "users", purpose: "part", status: "200" };
    expect(samplesOf(families, "gatewayctl_internal_requests_total")).toMatchObject([
      { labels, value: 2 },
      { labels: { ...labels, status: "502" }, value: 1 },
      { labels: { ...labels, service: "shadow", purpose: "mirror", status: "499" }, value: 1 },
    ]);
    expect(samplesOf(families, "gatewayctl_requests_total")).toEqual([]);
    expect(samplesOf(families, "gatewayctl_gateway_duration_seconds")).toEqual([]);
    const counts = samplesOf(families, "gatewayctl_endpoint_duration_seconds").filter(({ name }) =>
      name.endsWith("_count"),
    );
    expect(counts.map(({ labels: { service }, value }) => [service, value])).toEqual([
      ["users", 3],
      ["shadow", 0],
    ]);
    expect(samplesOf(families, "gatewayctl_retries_total")[0]?.value).toBe(3);
    expect(metrics.summary().requests).toBe(0);
  });

  it("leaves labels empty that do not apply", async () => {
    const { metrics } = create();
    const none = { routeName: undefined, serviceName: undefined, endpointId: undefined, attempts: 0, status: 404 };
    metrics.count(finished(none));
    const families = await read(metrics);
    expect(samplesOf(families, "gatewayctl_requests_total")[0]?.labels).toMatchObject({ route: "", service: "" });
    expect(samplesOf(families, "gatewayctl_endpoint_duration_seconds")).toEqual([]);
  });

  it("calls every method that is not a standard one `other`", async () => {
    const { metrics } = create();
    for (let i = 0; i < 500; i++) metrics.count(finished({ method: `M${i}` }));
    metrics.count(finished({ method: "get" }));
    metrics.count(finished({ method: "other" }));
    const samples = samplesOf(await read(metrics), "gatewayctl_requests_total");
    expect(samples.map(({ labels, value }) => [labels["method"], value])).toEqual([["other", 502]]);
  });

  it("does not grow with endpoints that come and go without end", async () => {
    const { metrics } = create();
    const extra = 50;
    for (let i = 0; i < MOST_ENDPOINTS + extra; i++) metrics.count(finished({ endpointId: `http://10.0.0.1:${i}` }));
    const samples = samplesOf(await read(metrics), "gatewayctl_requests_total");
    expect(samples).toHaveLength(MOST_ENDPOINTS + 1);
    expect(samples.find(({ labels }) => labels["endpoint"] === "other")?.value).toBe(extra);
  });

  it("cumulates durations in buckets, in seconds", async () => {
    const { metrics } = create();
    // On a bound, a value belongs to that bucket: `le` is "less or equal".
    for (const durationMs of [0.25, 0.251, 3, 3, 70_000, -1, Number.NaN]) metrics.count(finished({ durationMs }));
    const samples = samplesOf(await read(metrics), "gatewayctl_gateway_duration_seconds");
    const bucket = (le: string) => samples.find(({ labels }) => labels["le"] === le)?.value;
    expect([bucket("0.00025"), bucket("0.0005"), bucket("0.0025"), bucket("0.005")]).toEqual([3, 4, 4, 6]);
    expect([bucket("60"), bucket("+Inf")]).toEqual([6, 7]);
    expect(samples.find(({ name }) => name.endsWith("_count"))?.value).toBe(7);
    expect(samples.find(({ name }) => name.endsWith("_sum"))?.value).toBeCloseTo(70.006501, 9);
  });

  it("counts tries after the first as retries, and their time as the endpoint's", async () => {
    const { metrics } = create();
    metrics.count(finished({ attempts: 3, durationMs: 10, endpointMs: 8 }));
    metrics.count(finished({ attempts: 1, durationMs: 10, endpointMs: 8 }));
    metrics.count(finished({ attempts: 0, durationMs: 10, endpointMs: 0, endpointId: undefined, status: 503 }));
    const families = await read(metrics);
    expect(samplesOf(families, "gatewayctl_retries_total").map(({ value }) => value)).toEqual([2]);
    const durations = samplesOf(families, "gatewayctl_endpoint_duration_seconds");
    expect(durations.find(({ name }) => name.endsWith("_sum"))?.value).toBeCloseTo(0.016, 9);
    expect(durations.find(({ name }) => name.endsWith("_count"))?.value).toBe(2);
  });

  it("asks for gauges only when it is read", async () => {
    const { metrics } = create();
    let healthy = true;
    metrics.setGauges({
      connections: () => 12,
      requestsInFlight: () => 3,
      isStateUp: () => undefined,
      *endpoints() {
        yield { service: "users", endpoint: "http://localhost:4001", healthy, inFlight: 2 };
      },
    });
    const first = await read(metrics);
    expect(samplesOf(first, "gatewayctl_connections")[0]?.value).toBe(12);
    expect(samplesOf(first, "gatewayctl_requests_in_flight")[0]?.value).toBe(3);
    expect(samplesOf(first, "gatewayctl_endpoint_in_flight")[0]?.value).toBe(2);
    expect(samplesOf(first, "gatewayctl_endpoint_healthy")[0]?.value).toBe(1);
    healthy = false;
    expect(samplesOf(await read(metrics), "gatewayctl_endpoint_healthy")[0]?.value).toBe(0);
  });

  it("tells of the process", async () => {
    const families = await read(create().metrics);
    for (const name of ["process_cpu_seconds_total", "process_resident_memory_bytes", "nodejs_heap_size_used_bytes"]) {
      expect(samplesOf(families, name)[0]?.value, name).toBeGreaterThan(0);
    }
    expect(samplesOf(families, "process_start_time_seconds")[0]?.value).toBe(1_700_000_000);
    expect(families.get("process_cpu_seconds_total")?.type).toBe("counter");
  });

  it("is sound text whatever routes and endpoints are called", async () => {
    const name = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom('a"b', "a\\nb", "a\nb", "\\"));
    await fc.assert(
      fc.asyncProperty(name, name, async (routeName, endpointId) => {
        const { metrics } = create();
        metrics.count(finished({ routeName, endpointId }));
        const [sample] = samplesOf(await read(metrics), "gatewayctl_requests_total");
        expect(sample?.labels).toMatchObject({ route: routeName, endpoint: endpointId });
      }),
      { numRuns: 200, seed: 4 },
    );
  });
});
