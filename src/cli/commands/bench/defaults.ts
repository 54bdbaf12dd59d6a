/** What flags of `bench` are where they are not given. A command line that a report names need not say so. */
export const BENCH_DEFAULTS = { algo: "all", scenario: "one-slow", seed: 1 } as const;
