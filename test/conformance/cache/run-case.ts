import type { ListenOptions, NetConnectOpts } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { judge } from "../http1/probes/judge.ts";
import { ProbingClient } from "../http1/probes/probing-client.ts";
import { Watch } from "../http1/probes/watch.ts";
import type { CacheCase, Step } from "./cache-case.ts";
import { CaseEndpoint } from "./case-endpoint.ts";
import { type Moments, outcomeWithDates, withDates } from "./http-dates.ts";

/** A cache in front of an endpoint. */
export interface CacheTarget {
  readonly name: string;
  /** How long a response is waited for. */
  readonly patienceMs: number;
  /** Where the endpoint of the case is to listen. */
  endpointAddress(index: number): ListenOptions;
  /** Where clients connect, now that the endpoint listens. */
  open(index: number, cacheCase: CacheCase, endpointPort: number): Promise<NetConnectOpts>;
  /** The time of day where the case is played. */
  now(index: number): number;
  /** Lets time pass. @returns false where that is not possible */
  pass(index: number, seconds: number): Promise<boolean>;
  /** The case is over. */
  release(index: number): Promise<void>;
  close(): Promise<void>;
}

/** Whether a case's requirement was kept, and what happened instead. */
export interface CaseVerdict {
  /** `undefined`: not shown, because the case could not be played, or what it builds on did not hold. */
  readonly held: boolean | undefined;
  readonly complaints: readonly string[];
}

/** What goes on behind the client's back gets this long to be seen. */
const BACKGROUND_MS = 400;
/** Time for what must not come to come. */
const QUIET_MS = 15;

/** Plays a case against a target, step by step, and holds each against what it must show. */
export async function runCase(cacheCase: CacheCase, index: number, target: CacheTarget): Promise<CaseVerdict> {
  const watch = new Watch();
  const moments = (): Moments => ({ began, now: target.now(index) });
  const endpoint = new CaseEndpoint(watch, (text) => withDates(text, moments()));
  const port = await endpoint.listen(target.endpointAddress(index));
  const address = await target.open(index, cacheCase, port);
  const began = target.now(index);
  try {
    for (const [i, step] of cacheCase.steps.entries()) {
      if (step.later !== undefined && !(await target.pass(index, step.later))) {
        return { held: undefined, complaints: ["time cannot be made to pass"] };
      }
      await endpoint.setDown(step.endpointDown === true);
      const complaints = await playStep(step, { address, endpoint, watch, moments, patienceMs: target.patienceMs });
      if (complaints.length === 0) continue;
      const where = cacheCase.steps.length > 1 ? `(${i + 1}) ` : "";
      return { held: step.premise ? undefined : false, complaints: complaints.map((text) => `${where}${text}`) };
    }
    return { held: true, complaints: [] };
  } finally {
    await target.release(index);
    await endpoint.close();
  }
}

interface Stage {
  readonly address: NetConnectOpts;
  readonly endpoint: CaseEndpoint;
  readonly watch: Watch;
  readonly moments: () => Moments;
  readonly patienceMs: number;
}

async function playStep(step: Step, { address, endpoint, watch, moments, patienceMs }: Stage) {
  const from = endpoint.requests.length;
  endpoint.answer = step.answer;
  const clients = step.ask.map((text) => new ProbingClient(address, [text.startsWith("HEAD ")], watch));
  try {
    endpoint.allServed = () => clients.every((client) => client.wholeResponses > 0 || client.over);
    for (const [i, client] of clients.entries()) {
      if (step.inTurn) await watch.until(() => endpoint.requests.length >= from + i, patienceMs);
      client.socket.write(withDates(step.ask[i] as string, moments()), "latin1");
    }
    if (step.firstLeaves) {
      await watch.until(() => endpoint.requests.length > from, patienceMs);
      clients.shift()?.socket.destroy();
    }
    await watch.until(endpoint.allServed, patienceMs);
    if (step.background !== undefined) {
      const wanted = from + step.background;
      await watch.until(() => endpoint.answered >= wanted, Math.min(patienceMs, BACKGROUND_MS));
    }
    await pause(QUIET_MS);
    const seen = {
      responses: clients.flatMap((client) => client.responses()),
      requests: endpoint.requests.slice(from),
      clientReceived: clients.map(({ received }) => received).join(""),
      endpointReceived: "",
      endpointConnections: 0,
      connection: undefined,
    };
    const outcomes = step.outcomes.map((outcome) => outcomeWithDates(outcome, moments()));
    return judge({ name: "", rfc: "", word: "MUST", client: [], outcomes }, seen).complaints;
  } finally {
    for (const { socket } of clients) socket.destroy();
  }
}

/**
 * Plays every case against a target, some at a time.
 * @returns a verdict for each, in their order
 */
export async function runCases(cases: readonly CacheCase[], target: CacheTarget, atOnce: number) {
  const verdicts: CaseVerdict[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < cases.length; index = next++) {
      try {
        verdicts[index] = await runCase(cases[index] as CacheCase, index, target);
      } catch (error) {
        verdicts[index] = { held: false, complaints: [`it could not be run: ${String(error)}`] };
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    await target.close();
  }
  return verdicts as readonly CaseVerdict[];
}
