import { defineCommand } from "../command.ts";
import type { BenchArgs } from "./bench/args.ts";
import { BENCH_DEFAULTS } from "./bench/defaults.ts";
import { checkLiveArgs, LIVE_OPTIONS, type LiveArgs } from "./bench/live/options.ts";
import { checkReplayArgs, REPLAY_OPTIONS, type ReplayArgs } from "./bench/replay/options.ts";
import { REPORT_OPTIONS } from "./bench/report-options.ts";
import { parseCount, parseLoad } from "./bench/values.ts";

export const benchCommand = defineCommand<BenchArgs & LiveArgs & ReplayArgs>({
  name: "bench",
  summary: "Compare balancing algorithms, by simulation or by load",
  description: [
    "Runs the very algorithms that balance live traffic over simulated endpoints, in virtual time, and says which did " +
      "best and why. Every algorithm meets the same requests; the same seed gives the same figures.",
    "",
    "With --live, real requests go through a real gateway, one algorithm after the other: when they are due, whatever " +
      "becomes of those before (an open loop), so that no slow answer hides what others would have felt.",
    "",
    "With --replay, recorded traffic (`up --record`, `telemetry.record`) comes again, over endpoints as fast as they were: " +
      "what p99 would have been with each algorithm, and how well the replay meets what was measured.",
    "",
    "Scenarios:",
    "  one-slow       equal weights, but one endpoint is slower than the others",
    "  uniform        equal endpoints, busy",
    "  heterogeneous  small, medium and large endpoints, weighted by their speed",
    "  flapping       two of ten endpoints crash again and again",
    "  burst          requests come in bursts",
    "  heavy-tail     most requests are short, a few are very long",
    "  cold-start     endpoints that have just come up are slow at first",
    "  hot-key        a few clients send most of the requests",
    "  long-lived     connections that last, as WebSockets do; measured until they are open",
    "  thousand       very many equal endpoints",
    "",
    "Service times: exp:MEAN, const:MEAN, lognormal:MEAN:SIGMA, pareto:MEAN:SHAPE, bimodal:FAST:SLOW:SHARE, empirical:TIME,TIME,…",
    "Arrivals: poisson, constant, bursty, bursty:FACTOR:SHARE:LENGTH, trace:GAP,GAP,…",
  ].join("\n"),
  options: [
    { flags: "--algo <names>", summary: "algorithms, separated by commas, or all", default: BENCH_DEFAULTS.algo },
    {
      flags: "--scenario <name|file>",
      summary: "what they are put before; a YAML or JSON file for one of your own",
      default: BENCH_DEFAULTS.scenario,
    },
    {
      flags: "--from-config [service]",
      summary:
        "instead of a scenario: a service of the config in this folder, as fast as its running gateway has seen it",
    },
    { flags: "--endpoints <n>", summary: "number of endpoints", parse: parseCount("--endpoints") },
    { flags: "--load <share>", summary: "work that arrives ÷ what all endpoints can do: 0.9 or 90%", parse: parseLoad },
    { flags: "--service-time <distribution>", summary: "how long a request takes: exp:10ms, pareto:10ms:2.2 …" },
    { flags: "--arrivals <process>", summary: "when requests come: poisson, constant or bursty:4:10%:500ms" },
    { flags: "--requests <n>", summary: "requests sent through each algorithm", parse: parseCount("--requests") },
    {
      flags: "--seed <n>",
      summary: "another seed, other chance",
      default: BENCH_DEFAULTS.seed,
      parse: parseCount("--seed"),
    },
    {
      flags: "--validate",
      summary: "instead: hold the simulator against queueing theory; exit 1 if it does not agree",
    },
    { flags: "--tape", summary: "instead: print each pick, with every candidate's score; --requests says how many" },
    {
      flags: "--fail-if <limit>",
      summary: "exit 2 where that is so: 'p99>50ms', 'p2c:errors>1%'; as often as you like",
      repeat: true,
    },
    {
      flags: "--compare <file>",
      summary: "a report that --json wrote, of a run of this kind: exit 2 where p99 is worse than there",
    },
    ...REPLAY_OPTIONS,
    ...LIVE_OPTIONS,
    { flags: "--json", summary: "print the report as JSON" },
    ...REPORT_OPTIONS,
  ],
  examples: [
    { command: "gatewayctl bench", shows: "all algorithms, where one endpoint of ten is slow" },
    { command: "gatewayctl bench --algo least-conn", shows: "one algorithm, endpoint by endpoint" },
    {
      command: "gatewayctl bench --algo p2c,round-robin --service-time pareto:10ms:2.2 --load 0.8",
      shows: "two algorithms under heavy-tailed service times",
    },
    {
      command: "gatewayctl bench --algo p2c --scenario ./mine.yaml --fail-if 'p99>50ms'",
      shows: "a scenario of your own, as a check that fails",
    },
    {
      command: "gatewayctl bench --html report.html",
      shows: "the same as a page with charts, in one file",
    },
    {
      command: "gatewayctl bench --validate",
      shows: "what theory says beside what is simulated, and whether they agree",
    },
    {
      command: "gatewayctl bench --algo p2c --tape",
      shows: "the first picks one by one: who was drawn, with which score, and why it was that one",
    },
    {
      command: "gatewayctl bench --live --algo round-robin,least-conn",
      shows: "the same with real requests through a real gateway, before endpoints of known speed",
    },
    {
      command: "gatewayctl bench --replay traffic.ndjson --service users --last 1h",
      shows: "what each algorithm would have made of the last recorded hour",
    },
    {
      command: "gatewayctl bench --live --service users --rate 200 --algo least-conn",
      shows: "load on a service of your own",
    },
  ],
  async run(ctx, args) {
    checkReplayArgs({ ...args });
    if (args.tape === true) return (await import("./bench/tape.ts")).runTape(ctx, args);
    if (args.replay !== undefined) return (await import("./bench/replay/command.ts")).benchReplay(ctx, args);
    checkLiveArgs({ ...args });
    if (args.live === true) return (await import("./bench/live/command.ts")).benchLive(ctx, args);
    const { runSimulation, runValidation } = await import("./bench/run.ts");
    return args.validate ? runValidation(ctx, args) : runSimulation(ctx, args);
  },
});
