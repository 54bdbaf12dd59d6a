import { valuesOf } from "../../http1/probes/read-octets.ts";
import { ProbingClient } from "../../http1/probes/probing-client.ts";
import type { SeenRequest } from "../../http1/probes/scripted-endpoint.ts";
import { Watch } from "../../http1/probes/watch.ts";
import { setTimeout as pause } from "node:timers/promises";
import { CaseEndpoint } from "../case-endpoint.ts";
import { withDates } from "../http-dates.ts";
import type { CacheTarget } from "../run-case.ts";
import { type Move, writeFields } from "./history.ts";
import { type Got, isFailure, Oracle } from "./oracle.ts";

const PATIENCE_MS = 2_000;
/** Time for what goes on behind the client's back. */
const QUIET_MS = 4;

/** What came of a history. */
export interface Outcome {
  /** The first thing that must not have happened. */
  readonly objection: string | undefined;
  /** How many requests the cache has answered without the endpoint. */
  readonly hits: number;
}

/** What the endpoint did, to be told the oracle when it has been asked about the client's response. */
interface Event {
  readonly kind: "answered" | "confirmed";
  readonly id: number;
  readonly move: Move;
  readonly at: number;
}

let numbers = 0;

/** Plays a history against a cache, and asks the oracle about each response. */
export async function playHistory(moves: readonly Move[], target: CacheTarget): Promise<Outcome> {
  const index = numbers++;
  const watch = new Watch();
  const times = (now: number) => ({ began: now, now });
  const endpoint = new CaseEndpoint(watch, (text) => withDates(text, times(target.now(index))));
  const port = await endpoint.listen(target.endpointAddress(index));
  const address = await target.open(index, { name: "", section: "", level: "MUST", steps: [] }, port);
  const oracle = new Oracle();
  const script = new EndpointScript(() => target.now(index) / 1000);
  let hits = 0;
  try {
    for (const [i, move] of moves.entries()) {
      await target.pass(index, move.after);
      const from = script.events.length;
      endpoint.answer = (request) => script.reply(request, move);
      const client = new ProbingClient(address, [move.method === "HEAD"], watch);
      client.socket.write(requestOf(move), "latin1");
      await watch.until(() => client.wholeResponses > 0 || client.over, PATIENCE_MS);
      const now = target.now(index) / 1000;
      await pause(QUIET_MS);
      client.socket.destroy();
      const events = script.events.slice(from);
      if (events.length === 0) hits++;
      const objection = judgeMove(move, gotOf(client, move), events, oracle, now);
      if (objection !== undefined) return { objection: `request ${i + 1}: ${objection}`, hits };
      for (const { kind, id, move: own, at } of events) {
        if (kind === "answered") oracle.answered(id, own, at);
        else oracle.confirmed(id, own, at);
      }
    }
    return { objection: undefined, hits };
  } finally {
    await target.release(index);
    await endpoint.close();
  }
}

function judgeMove(move: Move, got: Got | string, events: readonly Event[], oracle: Oracle, now: number) {
  if (typeof got === "string") return got;
  const isOwn = events.some(({ kind, id }) => kind === "answered" && id === got.id);
  if (isOwn) return undefined;
  if (got.id === undefined)
    return got.status === 504 && move.wants === "only-if-cached" ? undefined : `a ${got.status} of nobody's`;
  if (events.some(({ kind, id }) => kind === "confirmed" && id === got.id)) return undefined;
  const failed = events.some(({ kind, move: own }) => kind === "answered" && isFailure(own.said.status));
  return oracle.objection(move, got, now, events.length > 0, failed);
}

function gotOf(client: ProbingClient, { method }: Move): Got | string {
  const response = client.responses()[0];
  if (response === undefined || !response.whole) return "no whole response";
  const [id, age] = ["x-id", "age"].map((name) => {
    const values = valuesOf(response.fields, name);
    return values.length === 0 ? undefined : Number(values.join());
  });
  if (id !== undefined && method !== "HEAD" && response.body !== bodyOf(id))
    return `the body of ${id} is ${response.body}`;
  return { status: response.status, id, age };
}

function requestOf({ method, path, variant, credentials, wants }: Move): string {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "Host: a.test",
    ...(variant === undefined ? [] : [`X-A: ${variant}`]),
    ...(credentials === undefined ? [] : [`Authorization: Bearer ${credentials}`]),
    ...(wants === undefined ? [] : [`Cache-Control: ${wants}`]),
    ...(method === "GET" || method === "HEAD" ? [] : ["Content-Length: 1"]),
  ];
  return `${lines.join("\r\n")}\r\n\r\n${method === "GET" || method === "HEAD" ? "" : "x"}`;
}

/** Each response has a length of its own: a HEAD never seems to be about another one. */
const bodyOf = (id: number): string => `#${id}${"x".repeat(id)}`;

/** Answers as the moves say, and remembers what it did. */
class EndpointScript {
  readonly events: Event[] = [];
  private readonly tags = new Map<string, number>();
  private readonly now: () => number;
  private ids = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  reply(request: SeenRequest, move: Move): string {
    const { said } = move;
    const at = this.now();
    const named = valuesOf(request.fields, "if-none-match").join(", ");
    const known = [...this.tags].find(([tag]) => named.includes(tag));
    if (known !== undefined && said.unchanged) {
      const [tag, id] = known;
      this.events.push({ kind: "confirmed", id, move, at });
      return `HTTP/1.1 304 Not Modified\r\n${writeFields({ ...said, tagged: true }, tag)}\r\n\r\n`;
    }
    const id = this.ids++;
    const tag = `"e${id}"`;
    if (said.tagged) this.tags.set(tag, id);
    this.events.push({ kind: "answered", id, move, at });
    const body = bodyOf(id);
    return `HTTP/1.1 ${said.status} Whatever\r\n${writeFields(said, tag)}\r\nX-Id: ${id}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  }
}
