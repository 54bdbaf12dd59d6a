import type { ReplayReport } from "../../../../lab/report/replay-figures.ts";
import { counted, durationInWords, fitInWords, hadBeen } from "../../../../lab/report/replay-words.ts";
import { inWords } from "../../../../lab/report/wording.ts";
import type { TextSink } from "../../../context.ts";
import { createStyle } from "../../../ui/style.ts";
import { wrap } from "../../../ui/wrap.ts";
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
    durationInWords(setup.durationMs),
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
  const text = `How well it fits: ${fitInWords(found, recorded)}`;
  return found.ok ? wrap(text, sink.columns) : style.warning(wrap(text, sink.columns));
}

function verdict(report: ReplayReport, sink: TextSink): string {
  const style = createStyle(sink);
  const { winner, reason } = report.verdict;
  const title =
    report.results.length < 2
      ? ""
      : `${winner === null ? style.strong("No single winner") : style.strong(style.good(`Winner: ${winner}`))}\n`;
  const was = hadBeen(report);
  const sentence = `${was.given} ${was.said}`;
  const said = report.setup.blocks === 0 ? [sentence] : [sentence, reason, advice(report)];
  const text = said.map((part) => wrap(part, sink.columns)).join("\n");
  return `${title}${text}`;
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
