import { basename } from "node:path";
import type { StatusReply } from "../../admin/admin-source.ts";
import type { TextSink } from "../context.ts";
import { printable } from "../ui/display-width.ts";
import { createStyle, type Style } from "../ui/style.ts";
import { formatMs, formatSpan } from "./format.ts";

const LABEL = 10;

/** Writes how a running gateway is doing, a line for each thing. */
export function writeStatus(sink: TextSink, status: StatusReply, adminUrl: string): void {
  const style = createStyle(sink);
  const { config, uptimeMs, pid, version, listeners, unhealthy } = status;
  const dot = unhealthy.length === 0 ? style.good("●") : style.warning("●");
  const name = style.strong(printable(basename(config)));
  sink.write(
    `${dot} ${name} is up for ${formatSpan(uptimeMs)}  ${style.faint(`process ${pid}, version ${version}`)}\n`,
  );
  const row = (label: string, text: string): void => sink.write(`  ${style.faint(label.padEnd(LABEL))} ${text}\n`);
  for (const [label, text] of workerRows(status, style)) row(label, text);
  row("listening", listeners.map((url) => style.link(url)).join("  "));
  row("admin", style.link(adminUrl));
  for (const [label, text] of trafficRows(status, style)) row(label, text);
  if (unhealthy.length === 0) return row("endpoints", style.good("none is known to be down"));
  unhealthy.forEach(({ service, endpoint, reason, sinceMs }, i) => {
    const why = printable(reason ?? "unhealthy");
    row(
      i === 0 ? "down" : "",
      `${style.bad(`${service} · ${printable(endpoint)}`)} for ${formatSpan(sinceMs)}: ${why}`,
    );
  });
}

/** Who serves, where it is not the process that answers; and how even the shares are. */
function workerRows({ workers = [], servedBy = "workers", traffic }: StatusReply, style: Style): [string, string][] {
  return workers.map(({ worker, pid, uptimeMs, connections, requests }, i) => {
    const share = traffic.requests === 0 ? "" : ` (${Math.round((requests / traffic.requests) * 100)} %)`;
    const about = style.faint(`process ${pid}, up for ${formatSpan(uptimeMs)}`);
    const count = `${requests.toLocaleString("en")} request${requests === 1 ? "" : "s"}${share}`;
    const text = `${worker} of ${workers.length}  ${count} · ${counted(connections, "connection")}  ${about}`;
    return [i === 0 ? servedBy : "", text];
  });
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function trafficRows({ traffic, requestsInFlight, connections }: StatusReply, style: Style): [string, string][] {
  const { requests, errors, requestsPerSecond, p50Ms, p99Ms } = traffic;
  const rate = `${requestsPerSecond.toLocaleString("en")}/s over the last 10 s`;
  const share = requests === 0 ? 0 : (errors / requests) * 100;
  const errorText = `${errors.toLocaleString("en")} (${share < 0.01 && errors > 0 ? "< 0.01" : share.toFixed(2)} %)`;
  const latency =
    p50Ms === null || p99Ms === null
      ? style.faint("no requests lately")
      : `p50 ${formatMs(p50Ms)} · p99 ${formatMs(p99Ms)}`;
  return [
    [
      "requests",
      `${requests.toLocaleString("en")} · ${rate} · ${requestsInFlight} in flight · ${counted(connections, "connection")}`,
    ],
    ["errors", errors === 0 ? "none" : style.bad(errorText)],
    ["latency", latency],
  ];
}
