import { performance } from "node:perf_hooks";
import type { Millis } from "../../shared/clock.ts";
import type { Family } from "./families.ts";

/**
 * The process itself, under the names that Prometheus client libraries share. prom-client's own default metrics are not
 * used: they keep a 10 ms timer and a garbage collection observer running for as long as the process lives.
 */
export function processFamilies(startedAtWall: Millis): Family[] {
  let lastLoop = performance.eventLoopUtilization();
  const busyShare = (): number => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, lastLoop);
    lastLoop = now;
    return utilization;
  };
  const cpuSeconds = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000_000;
  };
  return [
    single("process_cpu_seconds_total", "counter", "CPU time in user and system mode.", cpuSeconds),
    {
      ...single(
        "process_start_time_seconds",
        "gauge",
        "Start of the gateway since the Unix epoch.",
        () => startedAtWall / 1_000,
      ),
      aggregator: "min",
    },
    single("process_resident_memory_bytes", "gauge", "Resident memory.", () => process.memoryUsage.rss()),
    single("nodejs_heap_size_used_bytes", "gauge", "JavaScript heap in use.", () => process.memoryUsage().heapUsed),
    single(
      "nodejs_heap_size_total_bytes",
      "gauge",
      "JavaScript heap allocated.",
      () => process.memoryUsage().heapTotal,
    ),
    {
      ...single(
        "nodejs_eventloop_utilization",
        "gauge",
        "Share of the time since the last reading in which the event loop was busy; of several workers, the busiest.",
        busyShare,
      ),
      aggregator: "max",
    },
  ];
}

function single(name: string, type: Family["type"], help: string, value: () => number): Family {
  return { name, help, type, samples: () => [{ labels: {}, value: value() }] };
}
