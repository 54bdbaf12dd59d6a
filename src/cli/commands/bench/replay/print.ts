import type { AlgorithmResult } from "../../../../lab/report/model.ts";
import type { ReplayReport } from "../../../../lab/report/replay-figures.ts";
import { inWords, threeFigures } from "../../../../lab/report/wording.ts";
import type { TextSink } from "../../../context.ts";
import { createStyle } from "../../../ui/style.ts";
import { wrap } from "../../../ui/wrap.ts";
import { formatTime } from "../columns.ts";
import { replayTable } from "./table.ts";

/** Writes the report for people: what was recorded, the figures beside the truth, and what would have been better. */
export function printReplay(report: ReplayReport, sink: TextSink): void {
  const style = createStyle(sink);
  const { columns } = sink;
  const notes = report.notes.map((note) => style.faint(hanging(note, columns)));
  const unknown = `What a replay cannot know: ${report.cannotKnow.join("; ")}.`;
  const paragraphs = [
    heading(report, sink),
    replayTable(report, sink),
    style.faint(wrap(legend(report), columns)),
    ...(report.fit === null ? [] : [fit(report, sink)]),
    [...notes, style.faint(hanging(unknown, columns))].join("\n"),
    verdict(report, sink),
  ];
  sink.write(`${paragraphs.join("\n\n")}\n`);
}

function heading({ setup, requests, recorded, seed }: ReplayReport, sink: TextSink): string {
  const style = createStyle(sink);
  const facts = [
    duration(setup.durationMs),
    counted(requests, "request"),
    ...(recorded.errors === 0 ? [] : [`${recorded.errors.toLocaleString("en")} failed`]),
    counted(setup.endpoints, "endpoint"),
    `recorded under ${recorded.algorithm}`,
    `seed ${seed}`,
  ];
  return `${style.strong(setup.service)}  ${setup.summary}\n${style.faint(wrap(facts.join(" · "), sink.columns))}`;
}

function legend({ setup }: ReplayReport): string {
  const how =
    setup.blocks === 0
      ? "The record is too short to say how sure p99 is."
      : `95 % sure: of p99, from drawing ${setup.blocks} parts of the record anew, again and again.`;
  return `Times in ms, from the first try at an endpoint to the last byte. ${how} share: requests of each endpoint; ▄ is an even share.`;
}

function fit({ fit: found, recorded }: ReplayReport, sink: TextSink): string {
  const style = createStyle(sink);
  if (found === null) return "";
  const off = (part: number) => `${part < 0 ? "−" : "+"}${Math.abs(part * 100).toFixed(1)} %`;
  const text =
    `How well it fits: ${found.algorithm} was in use. Replayed with the work dealt out anew, to put the model to the ` +
    `test, it is off by ${off(found.mean)} in the mean and ${off(found.p99)} in p99 ` +
    `(${formatTime(found.replayed.p99)} ms replayed, ${formatTime(recorded.responseTime.p99)} ms measured).`;
  return found.ok ? wrap(text, sink.columns) : style.warning(wrap(text, sink.columns));
}

function verdict(report: ReplayReport, sink: TextSink): string {
  const style = createStyle(sink);
  const { winner, reason } = report.verdict;
  const title =
    report.results.length < 2
      ? ""
      : `${winner === null ? style.strong("No single winner") : style.strong(style.good(`Winner: ${winner}`))}\n`;
  const said = report.setup.blocks === 0 ? [hadBeen(report)] : [hadBeen(report), reason, advice(report)];
  const text = said.map((part) => wrap(part, sink.columns)).join("\n");
  return `${title}${text}`;
}

/** "On your recorded 58 minutes … p99 was 80 ms with round-robin; it would have been 41 ms (38–44) with peak-ewma." */
function hadBeen({ setup, requests, recorded, results, verdict: { leaders } }: ReplayReport): string {
  const what = `${counted(requests, "request")} to ${setup.service} over ${counted(setup.endpoints, "endpoint")}`;
  const was = `p99 was ${formatTime(recorded.responseTime.p99)} ms with ${recorded.algorithm}`;
  const better = results.find(({ algorithm }) => algorithm === leaders[0]);
  if (setup.blocks === 0) {
    return `On your recorded ${duration(setup.durationMs)} (${what}): ${was}. That is too short to say what would have been better.`;
  }
  const would =
    better === undefined || leaders.includes(recorded.algorithm)
      ? "none of the others would have done clearly better"
      : `it would have been ${p99Of(better)} with ${better.algorithm}`;
  return `On your recorded ${duration(setup.durationMs)} (${what}): ${was}; ${would}.`;
}

function p99Of({ responseTime, p99Interval }: AlgorithmResult): string {
  const range = p99Interval === null ? "" : ` (${formatTime(p99Interval.low)}–${formatTime(p99Interval.high)})`;
  return `${formatTime(responseTime.p99)} ms${range}`;
}

/** Which line of the config to change, if any. */
function advice({ setup, recorded, verdict: { leaders }, results }: ReplayReport): string {
  const line = `services.${setup.service}.algorithm`;
  if (results.length < 2) return "To compare: leave --algo out.";
  if (leaders.includes(recorded.algorithm)) return `${line} can stay ${recorded.algorithm}.`;
  const others = leaders.length > 1 ? ` (or ${inWords(leaders.slice(1))})` : "";
  return `${line} was ${recorded.algorithm}. To change it, write: algorithm: ${leaders[0]}${others}`;
}

function hanging(text: string, columns: number): string {
  return `· ${wrap(text, columns - 2).replaceAll("\n", "\n  ")}`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

function duration(ms: number): string {
  const [value, unit] =
    ms < 120_000 ? [ms / 1000, "second"] : ms < 7_200_000 ? [ms / 60_000, "minute"] : [ms / 3_600_000, "hour"];
  const figure = value < 10 ? Number(threeFigures(value)).toFixed(1).replace(/\.0$/, "") : value.toFixed(0);
  return `${figure} ${unit}${figure === "1" ? "" : "s"}`;
}
