import { type AnyReport, asReplay } from "./any-report.ts";
import type { AlgorithmResult, EndpointResult } from "./model.ts";

type Cell = string | number | null | undefined;

/** What rows are of: what was replayed, simulated or sent, or what was measured when traffic was recorded. */
interface Source {
  readonly report: AnyReport;
  readonly recorded: boolean;
}

/** A column: its title, and its cell in the row of an algorithm, or of one of an algorithm's endpoints. */
interface Column {
  readonly title: string;
  algorithm?(result: AlgorithmResult, source: Source): Cell;
  endpoint?(endpoint: EndpointResult, result: AlgorithmResult, source: Source): Cell;
}

const COLUMNS: readonly Column[] = [
  {
    title: "row",
    algorithm: (_, { recorded }) => (recorded ? "recorded" : "algorithm"),
    endpoint: (_, __, { recorded }) => (recorded ? "recorded_endpoint" : "endpoint"),
  },
  { title: "algorithm", algorithm: (result) => result.algorithm, endpoint: (_, result) => result.algorithm },
  { title: "endpoint", endpoint: ({ endpoint }) => endpoint },
  { title: "requests", algorithm: (result) => result.requests, endpoint: ({ requests }) => requests },
  { title: "errors", algorithm: (result) => result.errors },
  { title: "requests_per_second", algorithm: (result) => result.throughput },
  { title: "mean_ms", algorithm: ({ responseTime }) => responseTime.mean },
  { title: "p50_ms", algorithm: ({ responseTime }) => responseTime.p50 },
  { title: "p90_ms", algorithm: ({ responseTime }) => responseTime.p90 },
  { title: "p99_ms", algorithm: ({ responseTime }) => responseTime.p99 },
  { title: "p99_low_ms", algorithm: ({ p99Interval }) => p99Interval?.low },
  { title: "p99_high_ms", algorithm: ({ p99Interval }) => p99Interval?.high },
  { title: "p99_9_ms", algorithm: ({ responseTime }) => responseTime.p999 },
  { title: "max_ms", algorithm: ({ responseTime }) => responseTime.max },
  { title: "fairness", algorithm: ({ fairness }) => fairness },
  { title: "max_queue", algorithm: ({ maxQueue }) => maxQueue },
  {
    title: "leads",
    // What was measured is what the others are held against, and in no comparison itself.
    algorithm: ({ algorithm }, { report: { verdict }, recorded }) =>
      recorded ? null : verdict.leaders.includes(algorithm) ? "yes" : "no",
  },
  {
    title: "overloaded",
    algorithm: ({ overloaded }) => overloaded.length,
    endpoint: ({ endpoint }, { overloaded }) => (overloaded.includes(endpoint) ? 1 : 0),
  },
  {
    title: "share",
    endpoint: ({ requests }, result) =>
      part(
        requests,
        total(result, (each) => each.requests),
      ),
  },
  {
    title: "fair_share",
    endpoint: ({ speed }, result) =>
      part(
        speed,
        total(result, (each) => each.speed),
      ),
  },
  { title: "utilization", endpoint: ({ utilization }) => utilization },
  { title: "offered", endpoint: ({ offered }) => offered },
  { title: "speed", endpoint: ({ speed }) => speed },
  { title: "weight", endpoint: ({ weight }) => weight },
  { title: "mode", algorithm: (_, { report }) => report.mode },
  { title: "scenario", algorithm: (_, { report }) => report.scenario },
  { title: "seed", algorithm: (_, { report }) => report.seed },
];

/**
 * The report as one table for spreadsheets and data frames (RFC 4180: CRLF, quotes doubled). `row` says of what kind a
 * row is: first one `algorithm` for each, then one `endpoint` for each endpoint of each algorithm. Of a replay, what was
 * measured follows as `recorded` and `recorded_endpoint`, under the algorithm that was in use. A cell is empty where a
 * row has no such thing, or nothing is known.
 */
export function reportCsv(report: AnyReport): string {
  const replay = asReplay(report);
  const lines = [
    COLUMNS.map(({ title }) => title),
    ...rowsOf(report.results, { report, recorded: false }),
    ...(replay === undefined ? [] : rowsOf([replay.recorded], { report, recorded: true })),
  ];
  return lines.map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

function rowsOf(results: readonly AlgorithmResult[], source: Source): Cell[][] {
  return [
    ...results.map((result) => COLUMNS.map(({ algorithm }) => algorithm?.(result, source))),
    ...results.flatMap((result) =>
      result.endpoints.map((endpoint) => COLUMNS.map((column) => column.endpoint?.(endpoint, result, source))),
    ),
  ];
}

/**
 * One cell. Spreadsheets run text that begins like a formula, and names come from configs that others may have written:
 * such text gets a single quote in front (OWASP, "CSV Injection"). Numbers are written as they are.
 */
export function csvCell(value: Cell): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function total({ endpoints }: AlgorithmResult, of: (endpoint: EndpointResult) => number): number {
  return endpoints.reduce((sum, endpoint) => sum + of(endpoint), 0);
}

function part(value: number, all: number): number {
  return all === 0 ? 0 : Math.round((value / all) * 1e6) / 1e6;
}
