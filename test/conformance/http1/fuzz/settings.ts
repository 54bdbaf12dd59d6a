/**
 * `FUZZ_SECONDS`: how long to look, a third of it at requests and a third at responses; the last third is the cache's
 * (conformance/cache/fuzz). A glance unless said otherwise; 30 s where `CI` is set; at night an hour, say, and
 * `FUZZ_SEED=$(date +%F)`, because the same seed gives the same inputs in the same order. What a run prints has its seed,
 * so that it can be run again.
 */
const TOTAL = Number(process.env["FUZZ_SECONDS"] ?? (process.env["CI"] ? 30 : 6));

/** Of each of the two fuzzers. */
export const SECONDS = TOTAL / 3;

export const SEED = process.env["FUZZ_SEED"] ?? "differential";

/** Every so many inputs, one is cut at every octet; the others at a few. */
export const THOROUGH_EVERY = 16;
