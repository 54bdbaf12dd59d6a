import Table from "cli-table3";
import type { AlgorithmResult, EndpointResult } from "../../../lab/report/model.ts";
import type { TextSink } from "../../context.ts";
import { condense, lyingBar, uprightBar } from "../../ui/bars.ts";
import { createStyle, type Style } from "../../ui/style.ts";
import { wrap } from "../../ui/wrap.ts";
import { BARS, type Bars, barCells, barLegend, barTitles } from "./bar-columns.ts";
import { spreadOf } from "./spread.ts";
import { ERROR_COLUMN, FIGURE_COLUMNS, type FigureColumn, isBest, QUEUE_COLUMN } from "./columns.ts";

/** Endpoints that are shown one by one; of more, this many are chosen to stand for all. */
export const MOST_BARS = 12;

/**
 * One row for each algorithm, the lowest p99 first; what is best of a column stands out. Where there is room, bars show
 * the p99 over time and the distribution, and a line below says how they are read.
 */
export function comparisonTable(results: readonly AlgorithmResult[], sink: TextSink): string {
  const ranked = results.toSorted((a, b) => a.responseTime.p99 - b.responseTime.p99);
  const style = createStyle(sink);
  const axis = spreadOf(results);
  let shown: Bars = {};
  const build = (columns: readonly FigureColumn[], framed: boolean, bars: Bars = {}) => {
    shown = bars;
    const head = ["algorithm", ...columns.map((column) => column.title), "share", ...barTitles(bars)];
    const table = newTable(head, columns.length, framed, style);
    for (const result of ranked) {
      table.push([...comparisonRow(result, results, columns, style), ...barCells(result, bars, axis, style)]);
    }
    return table;
  };
  const failed = results.some(({ errors }) => errors > 0);
  const figures = failed ? [...FIGURE_COLUMNS, ERROR_COLUMN] : FIGURE_COLUMNS;
  const all = [...figures, QUEUE_COLUMN];
  const drawn = axis === undefined ? [] : BARS;
  const text = widest(sink.columns, [
    ...drawn.map((bars) => () => build(all, true, bars)),
    () => build(all, true),
    () => build(figures, true),
    () => build(figures, false),
  ]);
  const legend = barLegend(shown, axis);
  return legend === "" ? text : `${text}\n${style.faint(wrap(legend, sink.columns))}`;
}

function comparisonRow(
  result: AlgorithmResult,
  results: readonly AlgorithmResult[],
  columns: readonly FigureColumn[],
  style: Style,
): string[] {
  const figures = columns.map((column) => {
    const text = column.format(column.value(result));
    return results.length > 1 && isBest(column, result, results) ? style.strong(style.good(text)) : text;
  });
  const name = result.overloaded.length > 0 ? style.warning(`${result.algorithm} *`) : result.algorithm;
  return [name, ...figures, shareBars(result, style)];
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
  const shown = condense(result.endpoints, MOST_BARS, (endpoint) => endpoint.requests);
  const most = Math.max(...shown.map((endpoint) => endpoint.requests));
  const build = (framed: boolean, barWidth: number) => {
    const table = newTable(["endpoint", "speed", "weight", "requests", "share", "busy", ""], 5, framed, style);
    for (const endpoint of shown) {
      const paint = result.overloaded.includes(endpoint.endpoint) ? style.bad : style.link;
      table.push([...endpointFigures(endpoint, result), paint(lyingBar(endpoint.requests, most, barWidth))]);
    }
    return table;
  };
  return widest(sink.columns, [() => build(true, 40), () => build(true, 24), () => build(false, 24)]);
}

function endpointFigures(endpoint: EndpointResult, result: AlgorithmResult): string[] {
  const percent = (part: number, digits: number) => `${(part * 100).toFixed(digits)} %`;
  return [
    endpoint.endpoint,
    String(endpoint.speed),
    String(endpoint.weight),
    endpoint.requests.toLocaleString("en"),
    percent(endpoint.requests / result.requests, result.endpoints.length > 100 ? 3 : 1),
    percent(endpoint.utilization, 0),
  ];
}

/** The first of the tables that is not wider than the terminal, each with less in it than the one before; or the last. */
function widest(columns: number, builds: readonly (() => Table.Table)[]): string {
  let text = "";
  for (const build of builds) {
    const table = build();
    text = table.toString();
    if (table.width <= columns) break;
  }
  return text;
}

/** Framed, or only columns with a blank between; `figures` columns after the first are set to the right. */
function newTable(head: readonly string[], figures: number, framed: boolean, style: Style): Table.Table {
  const padding = framed ? 1 : 0;
  return new Table({
    head: head.map((title) => style.strong(title)),
    colAligns: head.map((_, i) => (i > 0 && i <= figures ? "right" : "left")),
    style: { head: [], border: [], compact: true, "padding-left": padding, "padding-right": padding },
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
