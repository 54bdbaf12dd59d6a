import type { RunComparison } from "../../../lab/report/compare.ts";
import type { TextSink } from "../../context.ts";
import { createStyle } from "../../ui/style.ts";
import { wrap } from "../../ui/wrap.ts";
import { formatTime } from "./columns.ts";

const WORDS = { better: "better", worse: "worse", same: "no significant difference" } as const;

/** Writes what has changed since the earlier run. */
export function printComparison({ algorithms, differences }: RunComparison, sink: TextSink): void {
  const style = createStyle(sink);
  const width = Math.max(0, ...algorithms.map(({ algorithm }) => algorithm.length));
  const paint = { better: style.good, worse: style.bad, same: style.faint };
  const lines = algorithms.map(({ algorithm, before, after, change, judgement }) => {
    const sign = change < 0 ? "−" : "+";
    const figures = `${formatTime(before).padStart(5)} → ${formatTime(after).padStart(5)}`;
    const percent = `${sign}${Math.abs(change * 100).toFixed(1)} %`.padStart(9);
    return `${algorithm.padEnd(width)}  ${figures} ${percent}  ${paint[judgement](WORDS[judgement])}`;
  });
  if (lines.length === 0) lines.push("Not one algorithm ran both times.");
  const note =
    differences.length === 0
      ? ""
      : `${style.warning(wrap(`Not the same conditions: ${differences.join("; ")}.`, sink.columns))}\n`;
  sink.write(`\n${style.strong("p99 since the earlier run")}\n${lines.join("\n")}\n${note}`);
}
