import Table from "cli-table3";
import type { AlgorithmResult, EndpointResult } from "../../../lab/report/model.ts";
import type { TextSink } from "../../context.ts";
import { condense, lyingBar, uprightBar } from "../../ui/bars.ts";
import { createStyle, type Style } from "../../ui/style.ts";
import { FIGURE_COLUMNS, isBest, QUEUE_COLUMN } from "./columns.ts";

/** Endpoints that are shown one by one; of more, this many are chosen to stand for all. */
export const MOST_BARS = 12;

/** From this width on there is room for frames, and then for one more column. */
const FRAMED_WIDTH = 97;
const QUEUE_WIDTH = 105;

/** One row for each algorithm, the lowest p99 first; what is best of a column stands out. */
export function comparisonTable(results: readonly AlgorithmResult[], sink: TextSink): string {
  const style = createStyle(sink);
  const columns = sink.columns >= QUEUE_WIDTH ? [...FIGURE_COLUMNS, QUEUE_COLUMN] : FIGURE_COLUMNS;
  const table = newTable(sink, ["algorithm", ...columns.map((column) => column.title), "share"], columns.length);
  for (const result of results.toSorted((a, b) => a.responseTime.p99 - b.responseTime.p99)) {
    const figures = columns.map((column) => {
      const text = column.format(column.value(result));
      return results.length > 1 && isBest(column, result, results) ? style.strong(style.good(text)) : text;
    });
    const name = result.overloaded.length > 0 ? style.warning(`${result.algorithm} *`) : result.algorithm;
    table.push([name, ...figures, shareBars(result, style)]);
  }
  return table.toString();
}

/** A bar for each endpoint: half a block is an even share, a whole one twice that or more. */
function shareBars(result: AlgorithmResult, style: Style): string {
  const full = (2 * result.requests) / result.endpoints.length;
  return condense(result.endpoints, MOST_BARS, (endpoint) => endpoint.requests)
    .map((endpoint) => {
      const bar = uprightBar(endpoint.requests, full);
      return result.overloaded.includes(endpoint.endpoint) ? style.bad(bar) : style.link(bar);
    })
    .join("");
}

/** One row for each endpoint of a single algorithm; of many, those that stand for all, the busiest first. */
export function endpointTable(result: AlgorithmResult, sink: TextSink): string {
  const style = createStyle(sink);
  const table = newTable(sink, ["endpoint", "speed", "weight", "requests", "share", "busy", "of all requests"], 5);
  const shown = condense(result.endpoints, MOST_BARS, (endpoint) => endpoint.requests);
  const most = Math.max(...shown.map((endpoint) => endpoint.requests));
  const width = Math.min(40, Math.max(10, sink.columns - 62));
  for (const endpoint of shown) {
    const bar = lyingBar(endpoint.requests, most, width);
    table.push([
      endpoint.endpoint,
      String(endpoint.speed),
      String(endpoint.weight),
      endpoint.requests.toLocaleString("en"),
      `${((endpoint.requests / result.requests) * 100).toFixed(result.endpoints.length > 100 ? 3 : 1)} %`,
      `${(endpoint.utilization * 100).toFixed(0)} %`,
      barStyle(endpoint, result, style)(bar),
    ]);
  }
  return table.toString();
}

function barStyle(endpoint: EndpointResult, result: AlgorithmResult, style: Style): (text: string) => string {
  return result.overloaded.includes(endpoint.endpoint) ? style.bad : style.link;
}

/** Framed where the terminal is wide enough, else columns with a blank between; figures to the right. */
function newTable(sink: TextSink, head: readonly string[], figures: number) {
  const framed = sink.columns >= FRAMED_WIDTH;
  const style = createStyle(sink);
  return new Table({
    head: head.map((title) => style.strong(title)),
    colAligns: head.map((_, i) => (i > 0 && i <= figures ? "right" : "left")),
    style: { head: [], border: [], compact: true, "padding-left": framed ? 1 : 0, "padding-right": framed ? 1 : 0 },
    chars: framed ? {} : OPEN,
  });
}

/** No lines but one under the head. */
const OPEN = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "─",
  "mid-mid": "─",
  right: "",
  "right-mid": "",
  middle: " ",
} as const;
