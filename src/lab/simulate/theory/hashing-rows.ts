import { type RowParts, type ValidationRow, validationRow } from "../../report/validation.ts";
import { ringShareDeviation, meanLargestBin } from "./hashing.ts";
import {
  measureBound,
  measureDisruption,
  measureLargestBin,
  measureRingShares,
  measureTableShares,
} from "./hashing-experiments.ts";
import type { Validation } from "./queue-rows.ts";

/** A bound that holds in every single case, or is broken: nothing is left to chance. */
function bound(parts: Omit<RowParts, "tolerance" | "standardError">): ValidationRow {
  return validationRow({ ...parts, tolerance: 1e-9, standardError: 0 });
}

const largestBin: Validation = {
  title: "hashing 200 keys to 200 endpoints",
  run(seed, effort) {
    const trials = Math.max(20, Math.round(4000 * effort));
    const { value, standardError } = measureLargestBin("rendezvous", 200, trials, seed);
    const theory = meanLargestBin(200, 200);
    const row = validationRow({
      what: `${this.title}: most keys at one (rendezvous)`,
      source: "Raab, Steger 1998; exact",
      unit: "keys",
      relation: "equals",
      theory,
      simulated: value,
      tolerance: 0.01,
      standardError: standardError / theory,
    });
    return Promise.resolve([row]);
  },
};

const ringShares: Validation = {
  title: "consistent-hash, 50 endpoints of 100 points",
  run(seed, effort) {
    const { value, standardError } = measureRingShares(50, 100, Math.max(20, Math.round(600 * effort)), seed);
    const theory = ringShareDeviation(50, 100);
    const row = validationRow({
      what: `${this.title}: deviation of shares`,
      source: "Devroye 1986; Karger et al. 1997",
      unit: "share",
      relation: "equals",
      theory,
      simulated: value,
      tolerance: 0.02,
      standardError: standardError / theory,
    });
    return Promise.resolve([row]);
  },
};

const ENDPOINTS = 100;
const KEYS = 100_000;

const disruption: Validation = {
  title: "one of 100 endpoints leaves",
  run(seed) {
    const rows = ["rendezvous", "consistent-hash"].map((name) =>
      bound({
        what: `${this.title}: keys of others moved (${name})`,
        source: name === "rendezvous" ? "Thaler, Ravishankar 1998" : "Karger et al. 1997",
        unit: "share",
        relation: "at most",
        // In shares of all keys kept, so that there is something to divide by: all must stay.
        theory: 1,
        simulated: 1 + measureDisruption(name, ENDPOINTS, KEYS, seed).needlessly,
      }),
    );
    const { moved } = measureDisruption("maglev", ENDPOINTS, KEYS, seed);
    rows.push(
      bound({
        what: `${this.title}: all keys moved, twice 1/n (maglev)`,
        source: "Eisenbud et al. 2016, 5.3 (measured)",
        unit: "share",
        relation: "at most",
        theory: 2 / ENDPOINTS,
        simulated: moved,
      }),
    );
    return Promise.resolve(rows);
  },
};

const tableShares: Validation = {
  title: "maglev, 100 endpoints, table of 65,537",
  run(seed) {
    const row = bound({
      what: `${this.title}: largest by smallest share`,
      source: "Eisenbud et al. 2016, 3.4",
      unit: "ratio",
      relation: "at most",
      theory: Math.ceil(65_537 / ENDPOINTS) / Math.floor(65_537 / ENDPOINTS),
      simulated: measureTableShares(ENDPOINTS, 65_537, seed),
    });
    return Promise.resolve([row]);
  },
};

const boundedLoad: Validation = {
  title: "bounded-load, hot keys",
  run(seed, effort) {
    const row = bound({
      what: `${this.title}: most at one by its cap`,
      source: "Mirrokni et al. 2018",
      unit: "ratio",
      relation: "at most",
      theory: 1,
      simulated: measureBound(20, 400, Math.max(2000, Math.round(300_000 * effort)), seed),
    });
    return Promise.resolve([row]);
  },
};

/** Everything about hashing, in the order of the table. */
export const HASHING_VALIDATIONS: readonly Validation[] = [
  largestBin,
  ringShares,
  disruption,
  tableShares,
  boundedLoad,
];
