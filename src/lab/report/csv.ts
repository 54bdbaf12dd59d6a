import type { AnyReport } from "./any-report.ts";
import type { AlgorithmResult, EndpointResult } from "./model.ts";

type Cell = string | number | null | undefined;

/** A column: its title, and its cell in the row of an algorithm, or of one of an algorithm's endpoints. */
interface Column {
  readonly title: string;
  algorithm?(result: AlgorithmResult, report: AnyReport): Cell;
  endpoint?(endpoint: EndpointResult, result: AlgorithmResult): Cell;
}

const COLUMNS: readonly Column[] = [
  { title: "row", algorithm: () => "algorithm", endpoint: () => "endpoint" },
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
    algorithm: ({ algorithm }, { verdict }) => (verdict.leaders.includes(algorithm) ? "yes" : "no"),
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
  { title: "mode", algorithm: (_, { mode }) => mode },
  { title: "scenario", algorithm: (_, { scenario }) => scenario },
  { title: "seed", algorithm: (_, { seed }) => seed },
];

/**
 * The report as one table for spreadsheets and data frames (RFC 4180: CRLF, quotes doubled). `row` says of what kind a
 * row is: first one `algorithm` for each, then one `endpoint` for each endpoint of each algorithm. A cell is empty
 * where a row has no such thing, or nothing is known.
 */
export function reportCsv(report: AnyReport): string {
  const lines = [
    COLUMNS.map(({ title }) => title),
    ...report.results.map((result) => COLUMNS.map(({ algorithm }) => algorithm?.(result, report))),
    ...report.results.flatMap((result) =>
      result.endpoints.map((endpoint) => COLUMNS.map((column) => column.endpoint?.(endpoint, result))),
    ),
  ];
  return lines.map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
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
