import { valuesOf } from "../../http1/probes/read-octets.ts";
import { ProbingClient } from "../../http1/probes/probing-client.ts";
import type { SeenRequest } from "../../http1/probes/scripted-endpoint.ts";
import { Watch } from "../../http1/probes/watch.ts";
import { setTimeout as pause } from "node:timers/promises";
import type { Script } from "../cache-case.ts";
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
  readonly kind: "answered" | "confirmed" | "failed";
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
      client.socket.write(requestOf(move, script.lastTag), "latin1");
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
        else if (kind === "confirmed") oracle.confirmed(id, own, at);
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
  const broke = events.some(({ kind }) => kind === "failed");
  if (got.id === undefined) {
    const isError = broke ? got.status >= 500 : got.status === 504 && move.wants === "only-if-cached";
    return isError ? undefined : `a ${got.status} of nobody's`;
  }
  if (events.some(({ kind, id }) => kind === "confirmed" && id === got.id)) return undefined;
  const failed = events.some(({ kind, move: own }) => kind === "answered" && isFailure(own.said.status));
  return oracle.objection(move, got, now, events.length > 0, failed || broke);
}

function gotOf(client: ProbingClient, { method }: Move): Got | string {
  const response = client.responses()[0];
  if (response === undefined || !response.whole) return "no whole response";
  const tag = /^"e(\d+)"$/.exec(valuesOf(response.fields, "etag").join())?.[1];
  const [told, age] = ["x-id", "age"].map((name) => {
    const values = valuesOf(response.fields, name);
    return values.length === 0 ? undefined : Number(values.join());
  });
  const { status, body } = response;
  if (status === 304) return { status, id: tag === undefined ? undefined : Number(tag), age };
  const whole = told === undefined || method === "HEAD" ? body : bodyOf(told);
  if (body !== (status === 206 ? whole.slice(0, 2) : whole)) return `the body of ${told} is ${body}`;
  return { status, id: told, age };
}

function requestOf({ method, path, variant, credentials, wants, asks }: Move, tag: string | undefined): string {
  const isPlain = method === "GET" && wants === undefined;
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "Host: a.test",
    ...(variant === undefined ? [] : [`X-A: ${variant}`]),
    ...(credentials === undefined ? [] : [`Authorization: Bearer ${credentials}`]),
    ...(wants === undefined ? [] : [`Cache-Control: ${wants}`]),
    ...(isPlain && asks === "part" ? ["Range: bytes=0-1"] : []),
    ...(isPlain && asks === "changes" && tag !== undefined ? [`If-None-Match: ${tag}`] : []),
    ...(method === "GET" || method === "HEAD" ? [] : ["Content-Length: 1"]),
  ];
  return `${lines.join("\r\n")}\r\n\r\n${method === "GET" || method === "HEAD" ? "" : "x"}`;
}

/** Each response has a length of its own: a HEAD never seems to be about another one. */
const bodyOf = (id: number): string => `#${id}${"x".repeat(id)}`;

/** Answers as the moves say, and remembers what it did. */
class EndpointScript {
  readonly events: Event[] = [];
  private readonly tags = new Map<string, { readonly id: number; readonly path: string }>();
  private readonly now: () => number;
  private ids = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  get lastTag(): string | undefined {
    return [...this.tags.keys()].at(-1);
  }

  reply(request: SeenRequest, move: Move): string | Script {
    const { said } = move;
    const at = this.now();
    const named = valuesOf(request.fields, "if-none-match").join(", ");
    const known = [...this.tags].find(([tag, { path }]) => path === move.path && named.includes(tag));
    if (said.fails) {
      this.events.push({ kind: "failed", id: -1, move, at });
      return { text: "", connection: "end" };
    }
    if (known !== undefined && said.unchanged) {
      const [tag, { id }] = known;
      this.events.push({ kind: "confirmed", id, move, at });
      return `HTTP/1.1 304 Not Modified\r\n${writeFields({ ...said, tagged: true }, tag)}\r\n\r\n`;
    }
    const id = this.ids++;
    const tag = `"e${id}"`;
    if (said.tagged) this.tags.set(tag, { id, path: move.path });
    this.events.push({ kind: "answered", id, move, at });
    const body = bodyOf(id);
    return `HTTP/1.1 ${said.status} Whatever\r\n${writeFields(said, tag)}\r\nX-Id: ${id}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  }
}
