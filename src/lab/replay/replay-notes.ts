import type { ReplayFit } from "../report/replay-figures.ts";
import { inWords, share } from "../report/wording.ts";
import { HASHING, hasEnoughKeys, isCredible, keysOf } from "./credible.ts";
import type { Replayed } from "./replay-report.ts";

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

/** Requests of which an endpoint's own times are known too little. */
const FEW = 10;
const SHORT = 1000;

/** What is to be known of a record and its replay, the most weighty first; empty where there is nothing to say. */
export function replayNotes(replayed: Replayed, fit: ReplayFit | null): string[] {
  return [
    ...fitNotes(replayed, fit),
    waiting(replayed),
    ...beyondSeen(replayed),
    ...modelNotes(replayed),
    ...leftOut(replayed),
    ...recordNotes(replayed),
  ];
}

function fitNotes({ used }: Replayed, fit: ReplayFit | null): string[] {
  if (used === undefined)
    return ["The algorithm that was in use is not known: how well the replay fits cannot be said."];
  if (fit === null || fit.ok) return [];
  return [
    `The replay of ${used} itself does not meet what was measured: take the differences between algorithms with care.`,
  ];
}

function waiting({ model: { concurrency } }: Replayed): string {
  if (concurrency.value !== Number.POSITIVE_INFINITY) {
    const { value } = concurrency;
    return `Endpoints are taken to work on ${counted(value, "request")} at once, first come, first served: so did requests take longer where others were there.`;
  }
  const seen =
    concurrency.overlapping === 0
      ? "No request came to an endpoint while another was there"
      : `${counted(concurrency.overlapping, "request")} came to an endpoint while others were there, with no clear sign of waiting for them`;
  return `${seen}: in the replay none waits for another. Where more at once would slow an endpoint down, the figures are too good.`;
}

function beyondSeen({ model, contests }: Replayed): string[] {
  const piling = contests.filter((contest) => !isCredible(model, contest));
  if (piling.length === 0) return [];
  const names = inWords(
    piling.map(({ result }) => `${result.algorithm} (${result.maxQueue})`),
    20,
  );
  return [
    `More at one endpoint at once than the ${model.concurrency.most} that were ever seen there: ${names}. What becomes of them then is a guess, and no part of the verdict.`,
  ];
}

function modelNotes({ model, contests }: Replayed): string[] {
  const { endpoints, trace } = model;
  const thin = endpoints.filter(({ seen }) => seen < FEW).map(({ id }) => id);
  const ran = contests.some(({ result }) => HASHING.includes(result.algorithm));
  const outcome = ran
    ? "chance decides where those go that hash it"
    : `${inWords(HASHING)} are left out, unless --algo names them`;
  return [
    ...(thin.length === 0
      ? []
      : [`${inWords(thin)} had fewer than ${FEW} requests, and is taken to be as fast as all together.`]),
    ...(hasEnoughKeys(model)
      ? []
      : [
          `The requests have ${counted(keysOf(model), "key")} between them (client addresses, unless the config says what to hash): ${outcome}.`,
        ]),
    ...(trace.count >= SHORT
      ? []
      : [`p99 rests on ${counted(Math.max(1, Math.round(trace.count / 100)), "request")}: record for longer.`]),
  ];
}

function leftOut({ model: { trace }, service }: Replayed): string[] {
  const { failed, givenUp, upgraded } = trace;
  return [
    ...(failed === 0
      ? []
      : [`${counted(failed, "request")} failed and had no whole answer of an endpoint: not replayed.`]),
    ...(givenUp === 0
      ? []
      : [
          `${counted(givenUp, "request")} timed out or were given up by the client: replayed as if they had ended then.`,
        ]),
    ...(upgraded === 0 ? [] : [`${counted(upgraded, "connection")} became a WebSocket or the like: not replayed.`]),
    ...(service.sticky === 0
      ? []
      : [
          `${counted(service.sticky, "request")} went where a sticky cookie said; in the replay the algorithm decides.`,
        ]),
  ];
}

function recordNotes({ record, service }: Replayed): string[] {
  const all = [...service.algorithms].sort((a, b) => b[1] - a[1]);
  const names = all.map(([name, count]) => `${name} (${share(count / Math.max(1, service.count))})`);
  return [
    ...(names.length > 1 ? [`It was recorded under ${inWords(names)}.`] : []),
    ...(record.processes > record.sessions
      ? ["Several processes balanced, each by what it knew itself; the replay balances as one that knows all."]
      : []),
    ...(record.dropped === 0 ? [] : [`${counted(record.dropped, "exchange")} are missing: the disk did not keep up.`]),
    ...(record.stopped ? ["The record was stopped when it had reached its largest size."] : []),
    ...(record.cut ? ["The last line was cut off, and passed over."] : []),
  ];
}
