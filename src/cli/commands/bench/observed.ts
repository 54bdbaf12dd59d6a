import { ENOUGH_ANSWERS, type ObservedLoad, observedLoad } from "../../../lab/observed/observed-load.ts";
import { inWords } from "../../../lab/report/wording.ts";
import type { EndpointTimes } from "../../../upstream/observed-times.ts";
import type { AdminClient } from "../../admin-client.ts";
import type { ConfiguredService } from "../../services/configured-services.ts";
import { formatTime } from "./columns.ts";

/** Below this nothing ever waits, and all algorithms look alike. */
const IDLE = 0.05;
/** More endpoints than this are not listed in a sentence. */
const MOST_LISTED = 4;

/** The services with the endpoints and weights that they have now; as configured where the gateway has none (yet). */
export async function asRunning(
  services: readonly ConfiguredService[],
  admin: AdminClient | undefined,
): Promise<readonly ConfiguredService[]> {
  if (admin === undefined) return services;
  const running = await admin.services();
  return services.map((configured) => {
    const now = running.find(({ service }) => service === configured.service);
    return now === undefined || now.endpoints.length === 0 ? configured : { ...configured, endpoints: now.endpoints };
  });
}

/** What the running gateway has observed of these endpoints; `undefined` if too little. */
export async function observe(
  admin: AdminClient,
  service: string,
  ids: readonly string[],
): Promise<ObservedLoad | undefined> {
  const all = (await admin.times()).find((times) => times.service === service)?.endpoints ?? [];
  return observedLoad(ids.map((id) => all.find(({ endpoint }) => endpoint === id) ?? unobserved(id)));
}

function unobserved(endpoint: string): EndpointTimes {
  return { endpoint, answers: 0, overMs: 0, meanMs: 0, times: [] };
}

/** Where the latencies of the simulation come from, in sentences. @param running does a gateway run for the config? */
export function originOf(running: boolean, observed: ObservedLoad | undefined): readonly string[] {
  if (!running) {
    return [
      "No gateway runs for this config: endpoints are taken to be equally fast, at 10 ms a request and load 70 %.",
    ];
  }
  if (observed === undefined) {
    return [
      `The running gateway has not seen ${ENOUGH_ANSWERS} answers of any endpoint: they are taken to be equally fast, at 10 ms a request and load 70 %.`,
    ];
  }
  const { answers, requestsPerSecond, endpoints, concurrency, load } = observed;
  const few = endpoints.filter(({ meanMs }) => meanMs === null).map(({ endpoint }) => endpoint);
  const percent = Number((load * 100).toPrecision(2));
  return [
    `Latencies are as observed by the running gateway over ${answers.toLocaleString("en")} answers, ${requestsPerSecond} a second: ${listed(endpoints)}.`,
    ...(few.length === 0
      ? []
      : [`Of ${inWords(few, MOST_LISTED)} it has seen fewer than ${ENOUGH_ANSWERS}: taken for as fast as the others.`]),
    ...(concurrency === 1
      ? []
      : [`That is more than one at a time: endpoints are taken to work on ${concurrency} requests at once.`]),
    ...(load < IDLE ? [`That is a load of ${percent} %: --load 70% shows what more traffic would do.`] : []),
  ];
}

function listed(endpoints: ObservedLoad["endpoints"]): string {
  const known = endpoints.flatMap(({ endpoint, meanMs }) => (meanMs === null ? [] : [{ endpoint, meanMs }]));
  const shown = known.slice(0, MOST_LISTED).map(({ endpoint, meanMs }) => `${endpoint} ${formatTime(meanMs)} ms`);
  const rest = known.length - shown.length;
  return rest === 0 ? shown.join(", ") : `${shown.join(", ")} and ${rest} more`;
}
