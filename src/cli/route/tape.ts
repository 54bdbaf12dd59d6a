import { findAlgorithm } from "../../balancing/index.ts";
import type { Decision } from "../../gateway/decide.ts";
import type { CommandContext } from "../context.ts";
import { writeJsonLine } from "../tape/json-line.ts";
import { type ShownPick, writePick } from "../tape/pick-text.ts";
import { createStyle } from "../ui/style.ts";
import { wrap } from "../ui/wrap.ts";
import { decideEach, type DecideOptions } from "./decide-all.ts";
import { requestLine, writeDecision } from "./decision-text.ts";

/** Picks on a tape unless `--count` says more. */
const COUNT = 20;

/**
 * Prints the picks that the gateway would make for equal requests, one after the other, as if each had been answered
 * before the next came.
 * @returns an exit code: 65 where the config cannot be used
 */
export async function runRouteTape(
  ctx: CommandContext,
  options: DecideOptions & { readonly json?: true },
): Promise<number> {
  const { count = COUNT, json = false } = options;
  const decisions = await decideEach(ctx, { ...options, count });
  if (typeof decisions === "number") return decisions;
  await (json ? writeLines(ctx, decisions) : writeText(ctx, decisions, count));
  return 0;
}

/** One pick a line, in the fields that `bench --tape --json` has, as far as there is no traffic in it. */
async function writeLines({ stdout }: CommandContext, decisions: Iterable<Decision>): Promise<void> {
  let pick = 0;
  for (const { route, service, algorithm, endpoint, reason, candidates } of decisions) {
    const [could, leftOut] = split(candidates);
    const document = { algorithm, pick: ++pick, route, service, picked: endpoint, reason };
    writeJsonLine(stdout, "pick", { ...document, candidates: could, leftOut });
    await stdout.flushed?.();
  }
}

async function writeText({ stdout }: CommandContext, decisions: Iterable<Decision>, count: number): Promise<void> {
  const style = createStyle(stdout);
  let pick = 0;
  for (const decision of decisions) {
    // Nothing is picked, or by several services at once: then a tape shows less than the decision does.
    if (decision.candidates.length === 0) return writeDecision(stdout, [decision]);
    if (pick === 0) {
      const by = `${decision.service} by ${decision.algorithm}`;
      const how = `${count} such ${count === 1 ? "request" : "requests"}, each answered before the next comes`;
      stdout.write(`${style.strong(requestLine(decision))}  ${style.faint("→")} ${by}\n`);
      stdout.write(`${style.faint(wrap(how, stdout.columns))}\n\n`);
    }
    writePick(stdout, style, shown(decision, ++pick));
    await stdout.flushed?.();
  }
}

function shown(decision: Decision, pick: number): ShownPick {
  const { algorithm, endpoint, reason, service } = decision;
  const [candidates, leftOut] = split(decision.candidates);
  const weighted = algorithm !== null && findAlgorithm(algorithm)?.weights === "used";
  return {
    title: decision.split === undefined ? `#${pick}` : `#${pick}  ${service}`,
    picked: endpoint,
    reason,
    candidates: candidates.map((each) => (weighted ? each : { ...each, weight: undefined })),
    leftOut,
  };
}

function split(candidates: Decision["candidates"]) {
  const leftOut = candidates.filter(({ eligible }) => !eligible);
  const could = candidates.filter(({ eligible }) => eligible);
  return [
    could.map(({ endpoint, weight, inFlight, latencyMs, score, reason }) => {
      return { endpoint, weight, inFlight, latencyMs, score, reason };
    }),
    leftOut.map(({ endpoint, reason }) => ({ endpoint, reason })),
  ] as const;
}
