import type { LiveReport, LiveResult } from "../../../../lab/report/live-figures.ts";
import { inWords } from "../../../../lab/report/wording.ts";
import type { TextSink } from "../../../context.ts";
import { condense, lyingBar, uprightBar } from "../../../ui/bars.ts";
import { createStyle } from "../../../ui/style.ts";
import { wrap } from "../../../ui/wrap.ts";
import { formatRate, formatTime } from "../columns.ts";
import { comparisonTable, endpointTable, MOST_BARS } from "../tables.ts";

/** Intervals of a time series that are shown: one character each. */
const MOST_INTERVALS = 60;

/** Writes the report for people: what was sent, the comparison, what came in the way, and the verdict. */
export function printLiveReport(report: LiveReport, sink: TextSink): void {
  const style = createStyle(sink);
  const { results, setup } = report;
  const [only] = results;
  const paragraphs = [
    heading(report, sink),
    comparisonTable(results, sink),
    style.faint(wrap(legend(report), sink.columns)),
    ...(results.length === 1 && only !== undefined ? [alone(only, setup.service !== null, sink)] : []),
    costs(results, sink),
    ...notes(report).map((note) => style.warning(wrap(note, sink.columns))),
    ...(results.length > 1
      ? [verdict(report, sink)]
      : [`${style.faint("to compare:")} ${style.link("gatewayctl bench --live --algo round-robin,least-conn,p2c")}`]),
  ];
  sink.write(`${paragraphs.join("\n\n")}\n`);
}

function heading({ scenario, setup, seed }: LiveReport, sink: TextSink): string {
  const style = createStyle(sink);
  const { rate, load, serviceTime, connections, endpoints, durationMs } = setup;
  const facts = [
    rate === null ? "closed loop" : `live at ${formatRate(rate)} requests/s`,
    `${Number((durationMs / 1000).toFixed(1))} s each`,
    `${endpoints} endpoint${endpoints === 1 ? "" : "s"}`,
    ...(load === null ? [] : [`load ${Number((load * 100).toFixed(1))} %`]),
    ...(serviceTime === null ? [] : [`service ${serviceTime}`]),
    ...(rate === null ? [] : [`arrivals ${setup.arrivals}`]),
    `${rate === null ? "" : "up to "}${connections} connections`,
    `seed ${seed}`,
  ];
  return `${style.strong(scenario)}  ${setup.summary}\n${style.faint(wrap(facts.join(" · "), sink.columns))}`;
}

function legend({ setup }: LiveReport): string {
  const from = setup.loop === "open" ? "when a request was due, not when it got to leave" : "when a request left";
  const shares = setup.endpoints > MOST_BARS ? `${MOST_BARS} of ${setup.endpoints} endpoints` : "each endpoint";
  return `Response times in ms, from ${from}. share: requests of ${shares}; ▄ is an even share.`;
}

/** One algorithm in more detail: endpoint by endpoint, and over time. */
function alone(result: LiveResult, own: boolean, sink: TextSink): string {
  const table = own ? ownEndpoints(result, sink) : endpointTable(result, sink);
  return `${table}\n\n${overTime(result, sink)}`;
}

function ownEndpoints({ endpoints, requests }: LiveResult, sink: TextSink): string {
  const style = createStyle(sink);
  const most = Math.max(1, ...endpoints.map((endpoint) => endpoint.requests));
  const width = Math.max(...endpoints.map(({ endpoint }) => endpoint.length));
  const shown = condense(endpoints, MOST_BARS, (endpoint) => endpoint.requests);
  return shown
    .map(({ endpoint, requests: got }) => {
      const part = `${((got / Math.max(1, requests)) * 100).toFixed(1)} %`;
      const figures = `${got.toLocaleString("en").padStart(9)}  ${part.padStart(7)}`;
      return `${endpoint.padEnd(width)}  ${figures}  ${style.link(lyingBar(got, most, 24))}`;
    })
    .join("\n");
}

/** The slowest answer of each interval: where a stall shows. */
function overTime({ live: { series, intervalMs } }: LiveResult, sink: TextSink): string {
  const style = createStyle(sink);
  const size = Math.max(1, Math.ceil(series.length / Math.min(MOST_INTERVALS, Math.max(10, sink.columns - 40))));
  const slowest = Array.from({ length: Math.ceil(series.length / size) }, (_, i) =>
    Math.max(...series.slice(i * size, (i + 1) * size).map(({ max }) => max)),
  );
  const most = Math.max(0, ...slowest);
  const bars = slowest.map((value) => uprightBar(value, most)).join("");
  const each = (intervalMs * size) / 1000;
  return `slowest answer over time  ${style.link(bars)}  ${style.faint(`█ ${formatTime(most)} ms, each ${each} s`)}`;
}

/** What of the figures is not the endpoints'. */
function costs(results: readonly LiveResult[], sink: TextSink): string {
  const style = createStyle(sink);
  const range = (values: readonly number[], format: (value: number) => string) => {
    const [low, high] = [format(Math.min(...values)), format(Math.max(...values))];
    return low === high ? low : `${low} to ${high}`;
  };
  const overheads = results.flatMap(({ live }) => (live.overhead === null ? [] : [live.overhead]));
  const cpu = range(
    results.map(({ live }) => live.cpuPerRequest.gateway),
    (value) => value.toFixed(0),
  );
  const added =
    overheads.length === 0
      ? ""
      : ` Gateway, sockets and this client added ${range(
          overheads.map(({ p50 }) => p50),
          formatTime,
        )} ms (median), ${range(
          overheads.map(({ p99 }) => p99),
          formatTime,
        )} ms (p99).`;
  return style.faint(wrap(`The gateway took ${cpu} µs of CPU for each request.${added}`, sink.columns));
}

/** Errors by kind, endpoints that could not keep up, and a load generator that could not. */
function notes({ results, setup }: LiveReport): string[] {
  const failed = results.filter(({ errors }) => errors > 0);
  const overloaded = results.filter((result) => result.overloaded.length > 0).map(({ algorithm }) => algorithm);
  const late = results.filter(({ live }) => setup.loop === "open" && live.late.mean > 1);
  return [
    ...failed.map(({ algorithm, errors, requests, live }) => {
      const kinds = Object.entries(live.failures).map(([kind, count]) => `${count} × ${kind}`);
      return `${algorithm}: ${errors} of ${requests} requests failed: ${inWords(kinds)}. They are in no response time.`;
    }),
    ...(overloaded.length === 0
      ? []
      : [
          `* ${inWords(overloaded, 20)} gave some endpoints more work than they can do: queues grow while the run lasts.`,
        ]),
    ...(late.length === 0
      ? []
      : [
          `${inWords(
            late.map(({ algorithm, live }) => `${algorithm} (${formatTime(live.late.mean)} ms)`),
            20,
          )}: so late did requests leave on average, as all ${setup.connections} connections were taken or this machine was busy. That time is in the response times.`,
        ]),
  ];
}

function verdict({ verdict: { winner, reason } }: LiveReport, sink: TextSink): string {
  const style = createStyle(sink);
  const title = winner === null ? style.strong("No single winner") : style.strong(style.good(`Winner: ${winner}`));
  return `${title}\n${wrap(reason, sink.columns)}`;
}
