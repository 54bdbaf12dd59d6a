import { parseDuration } from "../../shared/duration.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import type { AlgorithmResult } from "./model.ts";

/** What a run must not show, as `--fail-if` says it. */
export interface Limit {
  readonly text: string;
  /** Of one algorithm; of each that ran unless given. */
  readonly algorithm: string | undefined;
  readonly exceeded: (result: AlgorithmResult) => boolean;
}

interface Figure {
  readonly of: (result: AlgorithmResult) => number;
  readonly read: (text: string) => number | undefined;
  /** What a value is written like. */
  readonly example: string;
}

const time = (of: Figure["of"]): Figure => ({ of, read: parseDuration, example: "50ms" });

const FIGURES: Readonly<Record<string, Figure>> = {
  mean: time(({ responseTime }) => responseTime.mean),
  p50: time(({ responseTime }) => responseTime.p50),
  p90: time(({ responseTime }) => responseTime.p90),
  p99: time(({ responseTime }) => responseTime.p99),
  "p99.9": time(({ responseTime }) => responseTime.p999),
  max: time(({ responseTime }) => responseTime.max),
  errors: { of: ({ errors, requests }) => errors / Math.max(1, requests), read: readShare, example: "1%" },
  fairness: { of: ({ fairness }) => fairness, read: readNumber, example: "0.9" },
  throughput: { of: ({ throughput }) => throughput, read: readNumber, example: "500" },
};

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
};

const FORM = /^(?:([a-z0-9-]+):)?\s*([a-z0-9.]+)\s*(>=|<=|>|<)\s*(\S+)$/;

/**
 * Reads a limit: `p99>50ms`, `errors>1%`, `fairness<0.9`, or of one algorithm `p2c:p99>50ms`.
 * @throws GatewayError GW0002 with what can be written
 */
export function parseLimit(text: string): Limit {
  const [, algorithm, name = "", sign = "", value = ""] = FORM.exec(text.trim()) ?? [];
  const figure = Object.hasOwn(FIGURES, name) ? FIGURES[name] : undefined;
  const compare = COMPARE[sign];
  if (figure === undefined || compare === undefined) {
    const names = Object.keys(FIGURES).join(", ");
    throw new GatewayError("GW0002", `"${text}" is no limit such as p99>50ms or p2c:errors>1%. There are: ${names}.`);
  }
  const limit = figure.read(value);
  if (limit === undefined) {
    throw new GatewayError("GW0002", `"${text}": ${name} is compared with a value such as ${figure.example}.`);
  }
  return { text, algorithm, exceeded: (result) => compare(figure.of(result), limit) };
}

/** A limit that a result breaks. */
export interface BrokenLimit {
  readonly algorithm: string;
  readonly limit: string;
}

/**
 * Which limits are broken, in the order of the limits.
 * @throws GatewayError GW0002 for a limit of an algorithm that did not run
 */
export function brokenLimits(limits: readonly Limit[], results: readonly AlgorithmResult[]): BrokenLimit[] {
  return limits.flatMap(({ text, algorithm, exceeded }) => {
    const judged = results.filter((result) => algorithm === undefined || result.algorithm === algorithm);
    if (judged.length === 0) throw new GatewayError("GW0002", `"${text}": ${algorithm} does not run in this bench.`);
    return judged.filter(exceeded).map((result) => ({ algorithm: result.algorithm, limit: text }));
  });
}

function readNumber(text: string): number | undefined {
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function readShare(text: string): number | undefined {
  if (!text.endsWith("%")) return readNumber(text);
  const percent = readNumber(text.slice(0, -1));
  return percent === undefined ? undefined : percent / 100;
}
