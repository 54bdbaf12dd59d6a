import { type Estimate, type Relation, type ValidationRow, validationRow } from "../../report/validation.ts";
import { measureQueues, measureTail, type Queues, UNIT_MS } from "./experiment.ts";
import {
  choicesMean,
  choicesTail,
  closedLoopMean,
  constantGaps,
  erlangGaps,
  exponentialPercentile,
  gim1Mean,
  mg1Mean,
  mm1kRefused,
  mm1Mean,
  mmcMean,
} from "./queues.ts";
import { shortestOfTwoMean } from "./shortest-of-two.ts";

/** One experiment, and the rows that it makes. */
export interface Validation {
  /** For progress: "M/M/1". */
  readonly title: string;
  /** @param effort the share of the usual length; less makes the rows' tolerance too narrow for chance */
  run(seed: number, effort: number): Promise<readonly ValidationRow[]>;
}

const REPLICATIONS = 16;

/**
 * What chance may do: three and a half standard errors, which one row in two thousand exceeds, but 1 % at the least
 * (half a bucket of the histogram, a warm-up that begins empty), and 2 % at the most, or the row proves nothing.
 */
function toleranceOf({ standardError }: Estimate, theory: number): number {
  return Math.min(0.02, Math.max(0.01, (3.5 * standardError) / theory));
}

/** A row of times, from theory in units of the mean service time. */
function timeRow(what: string, source: string, units: number, measured: Estimate, relation: Relation = "equals") {
  const theory = units * UNIT_MS;
  return validationRow({
    what,
    source,
    unit: "ms",
    relation,
    theory,
    simulated: measured.value,
    tolerance: toleranceOf(measured, theory),
    standardError: measured.standardError / theory,
  });
}

interface Closed {
  readonly title: string;
  readonly source: string;
  readonly queues: Queues;
  /** Millions of requests. */
  readonly millions: number;
  readonly mean: number;
  /** The response time is exponential, so that its mean gives its percentiles. */
  readonly exponential: boolean;
}

function closed({ title, source, queues, millions, mean, exponential }: Closed): Validation {
  return {
    title,
    async run(seed, effort) {
      const requests = Math.round((millions * 1e6 * effort) / REPLICATIONS);
      const measured = await measureQueues(queues, { seed, replications: REPLICATIONS, requests });
      const rows = [timeRow(`${title}: mean response`, source, mean, measured.mean)];
      if (exponential)
        rows.push(timeRow(`${title}: p99 response`, source, exponentialPercentile(mean, 99), measured.p99));
      return rows;
    },
  };
}

const one = { algorithm: "random", endpoints: 1 } as const;

const CLOSED: readonly Closed[] = [
  {
    title: "M/M/1, load 50 %",
    source: "Kleinrock 1975",
    queues: { ...one, rho: 0.5 },
    millions: 4,
    mean: mm1Mean(0.5),
    exponential: true,
  },
  {
    title: "M/M/1, load 70 %",
    source: "Kleinrock 1975",
    queues: { ...one, rho: 0.7 },
    millions: 6,
    mean: mm1Mean(0.7),
    exponential: true,
  },
  {
    title: "M/D/1, load 70 %",
    source: "Pollaczek 1930, Khinchine 1932",
    queues: { ...one, rho: 0.7, serviceTime: "const:10ms" },
    millions: 4,
    mean: mg1Mean(0.7, 1),
    exponential: false,
  },
  {
    title: "M/G/1 lognormal, load 60 %",
    source: "Pollaczek 1930, Khinchine 1932",
    queues: { ...one, rho: 0.6, serviceTime: "lognormal:10ms:1" },
    millions: 8,
    mean: mg1Mean(0.6, Math.E),
    exponential: false,
  },
  {
    title: "D/M/1, load 80 %",
    source: "Kleinrock 1975, 6.4",
    queues: { ...one, rho: 0.8, arrivals: "constant" },
    millions: 6,
    mean: gim1Mean(constantGaps(0.8)),
    exponential: true,
  },
  {
    title: "M/M/5, load 80 %",
    source: "Erlang 1917",
    queues: { ...one, rho: 0.8, each: { concurrency: 5 } },
    millions: 1.5,
    mean: mmcMean(5, 0.8),
    exponential: false,
  },
  {
    title: "20 users, closed loop, thinking 200 ms",
    source: "Reiser, Lavenberg 1980",
    queues: { ...one, rho: 0.5, conditions: { clients: { users: 20, think: "exp:200ms" } } },
    millions: 1,
    mean: closedLoopMean(20, 20),
    exponential: false,
  },
  {
    title: "random over 10 (M/M/1 each), load 70 %",
    source: "Kleinrock 1975",
    queues: { algorithm: "random", endpoints: 10, rho: 0.7 },
    millions: 10,
    mean: mm1Mean(0.7),
    exponential: true,
  },
  {
    title: "round-robin over 10 (E10/M/1), load 85 %",
    source: "Kleinrock 1975, 6.4",
    queues: { algorithm: "round-robin", endpoints: 10, rho: 0.85 },
    millions: 10,
    mean: gim1Mean(erlangGaps(10, 0.85)),
    exponential: true,
  },
  {
    title: "least-conn over 2, load 70 %",
    source: "Haight 1958, chain solved",
    queues: { algorithm: "least-conn", endpoints: 2, rho: 0.7 },
    millions: 8,
    mean: shortestOfTwoMean(0.7),
    exponential: false,
  },
];

/** Shortest of ten: no closed form, but a floor and a ceiling. */
const shortestOfTen: Validation = {
  title: "least-conn over 10, load 85 %",
  async run(seed, effort) {
    const queues = { algorithm: "least-conn", endpoints: 10, rho: 0.85 };
    const requests = Math.round((2e6 * effort) / REPLICATIONS);
    const { mean } = await measureQueues(queues, { seed, replications: REPLICATIONS, requests });
    return [
      timeRow(`${this.title}: no less than M/M/10`, "Erlang 1917", mmcMean(10, 0.85), mean, "at least"),
      timeRow(`${this.title}: no more than E10/M/1`, "Winston 1977", gim1Mean(erlangGaps(10, 0.85)), mean, "at most"),
    ];
  },
};

/** The power of two choices among a thousand: the response time, and how many endpoints have how long a queue. */
const twoChoices: Validation = {
  title: "p2c over 1,000, load 90 %",
  async run(seed, effort) {
    const queues = { algorithm: "p2c", endpoints: 1000, rho: 0.9 };
    const requests = Math.round((8e6 * effort) / REPLICATIONS);
    const replications = REPLICATIONS;
    const { mean, tail } = await measureTail(queues, 3, { seed, replications, requests });
    const rows = [timeRow(`${this.title}: mean response`, "Mitzenmacher 2001", choicesMean(0.9, 2), mean)];
    tail.forEach((measured, i) => {
      const theory = choicesTail(0.9, 2, i + 1);
      const most = `share of endpoints with ${i + 1} or more`;
      rows.push(
        validationRow({
          what: `${this.title}: ${most}`,
          source: "Mitzenmacher 2001",
          unit: "share",
          relation: "equals",
          theory,
          simulated: measured.value,
          tolerance: toleranceOf(measured, theory),
          standardError: measured.standardError / theory,
        }),
      );
    });
    return rows;
  },
};

/** A line with an end: what comes on top is refused. */
const shortLine: Validation = {
  title: "M/M/1/5, load 80 %",
  async run(seed, effort) {
    const queues = { ...one, rho: 0.8, each: { queue: 4 } };
    const requests = Math.round((1e6 * effort) / REPLICATIONS);
    const { refused } = await measureQueues(queues, { seed, replications: REPLICATIONS, requests });
    const theory = mm1kRefused(0.8, 5);
    const row = validationRow({
      what: `${this.title}: share refused`,
      source: "Kleinrock 1975, 3.6",
      unit: "share",
      relation: "equals",
      theory,
      simulated: refused.value,
      tolerance: toleranceOf(refused, theory),
      standardError: refused.standardError / theory,
    });
    return [row];
  },
};

/** Everything about queues, in the order of the table. */
export const QUEUE_VALIDATIONS: readonly Validation[] = [...CLOSED.map(closed), shortLine, shortestOfTen, twoChoices];
