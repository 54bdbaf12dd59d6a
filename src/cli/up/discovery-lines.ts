import type { EndpointNews } from "../../processes/discovery/endpoint-news.ts";
import type { Logger } from "../../telemetry/event-log.ts";

/** Writes what is found of services' endpoints to the event log. */
export function logDiscovery(log: Logger): (service: string, news: EndpointNews) => void {
  return (service, { endpoints, changed, joined, left, troubles, recovered }) => {
    for (const trouble of troubles) log.warn({ service }, trouble);
    if (recovered) log.info({ service }, "its endpoints are told again");
    if (!changed || (endpoints.length === 0 && left.length === 0)) return;
    const count = `${endpoints.length} endpoint${endpoints.length === 1 ? "" : "s"}`;
    log.info({ service }, [`${count} found`, ...changes("joined", joined), ...changes("left", left)].join(", "));
  };
}

/** A list that is too long for a line is counted. */
const MOST_NAMED = 4;

function changes(verb: string, ids: readonly string[]): string[] {
  if (ids.length === 0) return [];
  return [`${ids.length > MOST_NAMED ? ids.length : ids.join(" ")} ${verb}`];
}
