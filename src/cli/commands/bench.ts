import { EXIT } from "../../shared/errors/entry.ts";
import { defineCommand } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { parseAlgorithms, parseCount, parseLoad } from "./bench/values.ts";

/** The flags of `bench`, parsed. */
interface BenchArgs {
  readonly algo?: string;
  readonly scenario?: string;
  readonly endpoints?: number;
  readonly load?: number;
  readonly serviceTime?: string;
  readonly arrivals?: string;
  readonly requests?: number;
  readonly seed?: number;
  readonly json?: boolean;
  readonly validate?: boolean;
}

export const benchCommand = defineCommand<BenchArgs>({
  name: "bench",
  summary: "Compare balancing algorithms by simulation",
  description: [
    "Runs the very algorithms that balance live traffic over simulated endpoints, in virtual time, and says which did " +
      "best and why. Every algorithm meets the same requests; the same seed gives the same figures.",
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
    { flags: "--algo <names>", summary: "algorithms, separated by commas, or all", default: "all" },
    { flags: "--scenario <name>", summary: "what they are put before", default: "one-slow" },
    { flags: "--endpoints <n>", summary: "number of endpoints", parse: parseCount("--endpoints") },
    { flags: "--load <share>", summary: "work that arrives ÷ what all endpoints can do: 0.9 or 90%", parse: parseLoad },
    { flags: "--service-time <distribution>", summary: "how long a request takes: exp:10ms, pareto:10ms:2.2 …" },
    { flags: "--arrivals <process>", summary: "when requests come: poisson, constant or bursty:4:10%:500ms" },
    { flags: "--requests <n>", summary: "requests sent through each algorithm", parse: parseCount("--requests") },
    { flags: "--seed <n>", summary: "another seed, other chance", default: 1, parse: parseCount("--seed") },
    {
      flags: "--validate",
      summary: "instead: hold the simulator against queueing theory; exit 1 if it does not agree",
    },
    { flags: "--json", summary: "print the report as JSON" },
  ],
  examples: [
    { command: "gatewayctl bench", shows: "all algorithms, where one endpoint of ten is slow" },
    { command: "gatewayctl bench --algo least-conn", shows: "one algorithm, endpoint by endpoint" },
    {
      command: "gatewayctl bench --algo p2c,round-robin --service-time pareto:10ms:2.2 --load 0.8",
      shows: "two algorithms under heavy-tailed service times",
    },
    {
      command: "gatewayctl bench --validate",
      shows: "what theory says beside what is simulated, and whether they agree",
    },
  ],
  async run(ctx, args) {
    if (args.validate) return runValidation(ctx, args);
    const { simulate } = await import("../../lab/simulate/simulate.ts");
    const { createProgressLine } = await import("./bench/progress.ts");
    const progress = createProgressLine(ctx);
    const { algo = "all", json = false, validate: _, ...changes } = args;
    const report = await simulate({
      ...changes,
      algorithms: parseAlgorithms(algo),
      onProgress: progress.update,
    }).finally(progress.clear);
    if (json) {
      const { writeJson } = await import("../ui/json.ts");
      writeJson(ctx.stdout, report);
    } else {
      const { printReport } = await import("./bench/print.ts");
      printReport(report, ctx.stdout);
    }
    return EXIT.ok;
  },
});

async function runValidation(ctx: CommandContext, { seed, json = false }: BenchArgs): Promise<number> {
  const { validate } = await import("../../lab/simulate/theory/validate.ts");
  const { createProgressLine } = await import("./bench/progress.ts");
  const progress = createProgressLine(ctx);
  const onProgress = ({ title, done, total }: { title: string; done: number; total: number }) =>
    progress.update({ algorithm: title, done, total });
  const report = await validate({ seed, onProgress }).finally(progress.clear);
  if (json) {
    const { writeJson } = await import("../ui/json.ts");
    writeJson(ctx.stdout, report);
  } else {
    const { printValidation } = await import("./bench/validation.ts");
    printValidation(report, ctx.stdout);
  }
  return report.ok ? EXIT.ok : EXIT.failure;
}
