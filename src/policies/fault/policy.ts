import type { z } from "zod";
import type { Answer } from "../../exchange/answer.ts";
import { createFieldPredicate } from "../../routing/field-predicate.ts";
import { formatDuration } from "../../shared/duration.ts";
import { type Rng, nextFloat } from "../../shared/rng.ts";
import { systemTimers } from "../../shared/timers.ts";
import { definePolicy, type Explanation, type Policy } from "../policy.ts";
import { faultSchema } from "./schema.ts";
import { Waiting } from "./waiting.ts";

/** What a response carries whose request a fault was injected into: "delay", "abort", or both. */
export const FAULT_FIELD = "x-gatewayctl-fault";

/**
 * Planned failure, so that callers can be tested against slow and failing services. It is the last policy, so that what
 * it does looks like the service's doing to all others. Every request that it happens to says so in its response.
 */
export const fault = definePolicy({
  name: "fault",
  schema: faultSchema,
  docs: "Delays requests or answers them with an error, on purpose, for tests of the callers.",
  create(options, { rng }): Policy {
    const { delay = 0, abort } = options;
    const waiting = new Waiting(systemTimers);
    const conditions = (options.header ?? []).map((test) => createFieldPredicate("header", test));
    const answer = abort === undefined ? undefined : abortAnswer(abort);
    const mark = [delay > 0 ? "delay" : [], abort === undefined ? [] : "abort"].flat().join(", ");
    return {
      onRequest(exchange) {
        for (const condition of conditions) if (!condition.holds(exchange.request)) return undefined;
        if (!falls(options.percent, rng)) return undefined;
        if (mark !== "") exchange.responseFields.set(FAULT_FIELD, mark);
        return delay === 0 ? answer : waiting.hold(exchange, delay).then(() => answer);
      },
      onFinish: (exchange) => waiting.release(exchange),
      explain: (exchange) => {
        const unmet = conditions.find((condition) => !condition.holds(exchange.request));
        if (unmet === undefined) return explain(options, answer);
        return { verdict: "pass", reason: `${unmet.reason(exchange.request)}: no fault` };
      },
    };
  },
});

/** 0 % never and 100 % always, without asking chance. */
function falls(share: number, rng: Rng): boolean {
  return share >= 1 || (share > 0 && nextFloat(rng) < share);
}

function abortAnswer(status: number): Answer {
  const detail = "This error was injected on purpose.";
  return { kind: "problem", code: "GW0533", status, detail };
}

function explain({ delay = 0, abort, percent }: z.output<typeof faultSchema>, answer: Answer | undefined): Explanation {
  const wait = delay === 0 ? [] : [`held for ${formatDuration(delay)}`];
  const what = [...wait, ...(abort === undefined ? [] : [`answered ${abort}`])].join(", then ");
  if (percent === 0 || what === "") return { verdict: "pass", reason: "no fault: 0 % of requests" };
  if (percent < 1) return { verdict: "unknown", reason: `${round(percent * 100)} % of requests are ${what}` };
  if (answer === undefined) return { verdict: "pass", reason: what };
  return { verdict: "reject", reason: what, answer };
}

/** 0.07 × 100 is not quite 7. */
function round(percent: number): number {
  return Number(percent.toFixed(6));
}
