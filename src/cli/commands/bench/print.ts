import type { AlgorithmResult, BenchReport } from "../../../lab/report/model.ts";
import { shortSpec } from "../../../lab/report/short-spec.ts";
import { inWords } from "../../../lab/report/wording.ts";
import type { TextSink } from "../../context.ts";
import { createStyle } from "../../ui/style.ts";
import { wrap } from "../../ui/wrap.ts";
import { comparisonTable, endpointTable, MOST_BARS } from "./tables.ts";

/** Writes the report for people: what ran, the comparison, what its columns mean, and the verdict. */
export function printReport(report: BenchReport, sink: TextSink): void {
  const style = createStyle(sink);
  const { results } = report;
  const [only] = results;
  const paragraphs = [
    heading(report, sink),
    comparisonTable(results, sink),
    style.faint(wrap(legend(report), sink.columns)),
    ...(results.length === 1 && only !== undefined ? [endpointTable(only, sink)] : []),
    ...overloadNotes(results).map((note) => style.warning(wrap(note, sink.columns))),
    ...(results.length > 1
      ? [verdict(report, sink)]
      : [`${style.faint("to compare:")} ${style.link("gatewayctl bench --algo all")}`]),
  ];
  sink.write(`${paragraphs.join("\n\n")}\n`);
}

function heading({ scenario, setup, requests, seed }: BenchReport, sink: TextSink): string {
  const style = createStyle(sink);
  const facts = [
    `${setup.endpoints} endpoint${setup.endpoints === 1 ? "" : "s"}`,
    `load ${percent(setup.load)}`,
    `service ${shortSpec(setup.serviceTime)}`,
    `arrivals ${setup.arrivals}`,
    `${requests.toLocaleString("en")} requests`,
    `seed ${seed}`,
  ];
  return `${style.strong(scenario)}  ${setup.summary}\n${style.faint(wrap(facts.join(" · "), sink.columns))}`;
}

function legend({ setup, results }: BenchReport): string {
  const shares =
    setup.endpoints > MOST_BARS
      ? `requests of ${MOST_BARS} of the ${setup.endpoints} endpoints, from the busiest to the idlest`
      : "requests of each endpoint";
  const failed = results.some(({ errors }) => errors > 0)
    ? " failed: requests without an answer, or with an error; the verdict takes them for a minute each."
    : "";
  return `Response times in ms. fair: 1 if each endpoint gets what it can do. share: ${shares}; ▄ is an even share.${failed}`;
}

function verdict({ verdict: { winner, reason } }: BenchReport, sink: TextSink): string {
  const style = createStyle(sink);
  const title = winner === null ? style.strong("No single winner") : style.strong(style.good(`Winner: ${winner}`));
  return `${title}\n${wrap(reason, sink.columns)}`;
}

/** One sentence for all algorithms of which the same is to be said. */
function overloadNotes(results: readonly AlgorithmResult[]): string[] {
  const names = results.filter(({ overloaded }) => overloaded.length > 0).map(({ algorithm }) => algorithm);
  if (names.length === 0) return [];
  const [gave, its] = names.length === 1 ? ["gave", "its"] : ["gave", "their"];
  return [
    `* ${inWords(names, 20)} ${gave} some endpoints more work than they can do: queues grow for as long as the run lasts, and ${its} figures with --requests.`,
  ];
}

function percent(part: number): string {
  return `${Number((part * 100).toFixed(1))} %`;
}
