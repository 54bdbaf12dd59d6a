import { connect as connectHttp2, type ClientHttp2Session, constants } from "node:http2";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { BodyStage, StageEnds } from "../../../src/exchange/body-stage.ts";
import type { PolicyExchange } from "../../../src/exchange/policy-exchange.ts";
import type { PolicyResponse } from "../../../src/exchange/policy-response.ts";
import type { PolicyName } from "../../../src/policies/index.ts";
import type { Policy, PolicyKind } from "../../../src/policies/policy.ts";
import { POLICIES } from "../../../src/policies/registry.ts";
import { createRng, nextFloat, type Rng } from "../../../src/shared/rng.ts";
import { pause } from "../../helpers/eventually.ts";
import { atRest, inUse, startGateway } from "../../helpers/gateway.ts";
import { readHead, readMessage } from "../../helpers/http-message.ts";
import { startWireEndpoint } from "../../helpers/wire-endpoint.ts";

/**
 * Policies, endpoints and clients that do all they may, and some that they may not, at random moments. Each request has a
 * number that its response must show in every octet, so that one that went astray would be seen.
 */
const table = POLICIES as Record<string, PolicyKind>;
const real = { ...table };

afterEach(() => {
  Object.assign(table, real);
});

const one = <T>(rng: Rng, from: readonly T[]): T => from[Math.floor(nextFloat(rng) * from.length)] as T;
const upTo = (rng: Rng, most: number): number => Math.floor(nextFloat(rng) * (most + 1));
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The octets of a response of so many to a request of this number. */
function pattern(id: string, length: number): string {
  return `${id}.`.repeat(Math.ceil(length / (id.length + 1))).slice(0, length);
}

const param = (target: string, name: string): string => new RegExp(`[?&]${name}=([^&]*)`).exec(target)?.[1] ?? "";

const ANSWERS = ["length", "chunked", "close", "204", "304", "hints", "503", "slow", "stall"] as const;
const FAULTS = ["reset", "cut", "end", "hang", "garbage", "early", "earlyclose", "500"] as const;

/** What an endpoint does with a request, as its target says. */
async function answer(socket: Socket, method: string, target: string): Promise<void> {
  const id = param(target, "id");
  const body = pattern(id, Number(param(target, "n")));
  const fields = `x-id: ${id}\r\n`;
  const head = (extra: string, status = "200 OK"): string => `HTTP/1.1 ${status}\r\n${fields}${extra}\r\n`;
  const whole = head(`content-length: ${body.length}\r\n`) + (method === "HEAD" ? "" : body);
  const chunked = (): string => {
    const middle = body.length >> 1;
    const chunks = [body.slice(0, middle), body.slice(middle)].filter((part) => part !== "");
    return `${chunks.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join("")}0\r\nx-end: ${id}\r\n\r\n`;
  };
  switch (param(target, "b")) {
    case "chunked":
      return void socket.write(head("transfer-encoding: chunked\r\n") + (method === "HEAD" ? "" : chunked()));
    case "close":
      return void socket.end(head("connection: close\r\n") + (method === "HEAD" ? "" : body));
    case "204":
      return void socket.write(head("", "204 No Content"));
    case "304":
      return void socket.write(head(`etag: "${id}"\r\n`, "304 Not Modified"));
    case "hints":
      socket.write("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n");
      return void socket.write(whole);
    case "503":
      return void socket.write(head("content-length: 0\r\n", "503 Service Unavailable"));
    case "500":
      return void socket.write(head("content-length: 0\r\n", "500 Internal Server Error"));
    case "slow":
      await later(15);
      return void socket.write(whole);
    case "stall":
      socket.write(whole.slice(0, whole.length >> 1));
      await later(5);
      return void socket.write(whole.slice(whole.length >> 1));
    case "reset":
      return void socket.resetAndDestroy();
    case "cut":
      return void socket.write(whole.slice(0, whole.length >> 1), () => socket.resetAndDestroy());
    case "end":
      return void socket.end(whole.slice(0, whole.length - 1));
    case "hang":
      return;
    case "garbage":
      return void socket.write("HTP/1.1 2OO\r\n\r\n");
    case "early":
    case "earlyclose":
      return;
    default:
      return void socket.write(whole);
  }
}

function early(socket: Socket, method: string, target: string): void {
  const how = param(target, "b");
  if (!how.startsWith("early")) return;
  const id = param(target, "id");
  const body = pattern(id, Number(param(target, "n")));
  socket.write(
    `HTTP/1.1 200 OK\r\nx-id: ${id}\r\ncontent-length: ${body.length}\r\n\r\n${method === "HEAD" ? "" : body}`,
  );
  if (how === "earlyclose") socket.end();
}

/** A stage that holds each part for a while and takes no more meanwhile. */
function slowly({ next, resume, fail }: StageEnds): BodyStage {
  let waiting: Buffer[] = [];
  let ended = false;
  let busy = false;
  let blocked = false;
  let dead = false;
  const step = (): void => {
    busy = false;
    if (dead || blocked) return;
    const part = Buffer.concat(waiting);
    waiting = [];
    if (part.length > 0) blocked = !next.write(part, 0, part.length);
    next.flush();
    if (ended) return next.end();
    if (!blocked) resume();
  };
  const start = (): void => {
    if (busy) return;
    busy = true;
    setImmediate(step);
  };
  return {
    write(bytes, from, to) {
      if (dead) throw new Error("a part came to a stage that was destroyed");
      waiting.push(Buffer.from(bytes.subarray(from, to)));
      start();
      return false;
    },
    flush: () => {},
    end() {
      if (ended) fail(new Error("ended twice"));
      ended = true;
      if (!blocked) start();
    },
    drained() {
      blocked = false;
      start();
    },
    destroy() {
      if (dead) throw new Error("destroyed twice");
      dead = true;
    },
  };
}

interface Tally {
  begun: number;
  finished: number;
  faults: string[];
}

function policyOf(name: string, tally: Tally): Partial<Policy> {
  const open = new Map<PolicyExchange, number>();
  const plan = (exchange: PolicyExchange): string => param(`?${exchange.request.query}`, name);
  return {
    onRequest(exchange) {
      tally.begun++;
      open.set(exchange, (open.get(exchange) ?? 0) + 1);
      const what = plan(exchange);
      const id = param(`?${exchange.request.query}`, "id");
      if (what[0] === "a") return later(what === "a1" ? 1 : 6).then(() => undefined);
      if (what[0] !== "b") return undefined;
      return exchange.body(what === "b1" ? 50 : 1_000_000).then((body) => {
        if (body === undefined) return { kind: "response" as const, status: 413, fields: [["x-id", id]], body: "" };
        if (Buffer.from(body).toString("latin1") !== pattern(id, body.length)) tally.faults.push(`body ${id}`);
        if (what === "b3") exchange.replaceBody(Buffer.from(pattern(id, 33)));
        return undefined;
      });
    },
    onResponse(exchange, response) {
      const what = plan(exchange)[1] ?? "0";
      const id = param(`?${exchange.request.query}`, "id");
      const sent = response.sent.get("x-id");
      if (response.from === "endpoint" && sent !== id) tally.faults.push(`${id} got ${sent}`);
      if (what === "2") return later(3).then(() => undefined);
      if (what === "3") response.pass(slowly, { keepsLength: true });
      if (what === "4") return replaced(id, response);
      if (what === "5") {
        return later(2).then(() => {
          response.pass(slowly);
          return undefined;
        });
      }
      if (what === "6") return { kind: "response", status: 299, fields: [["x-id", id]], body: pattern(id, 40) };
      return undefined;
    },
    onFinish(exchange) {
      tally.finished++;
      const count = (open.get(exchange) ?? 0) - 1;
      if (count < 0) tally.faults.push("finished twice");
      if (count > 0) open.set(exchange, count);
      else open.delete(exchange);
    },
  };
}

async function replaced(id: string, response: PolicyResponse) {
  const body = await response.body(60_000);
  if (body === undefined) {
    return {
      kind: "response" as const,
      status: 298,
      fields: [["x-id", id]] as [string, string][],
      body: pattern(id, 9),
    };
  }
  response.replaceBody(Buffer.from(body));
  return undefined;
}

function target(rng: Rng, id: string): string {
  const behaviour = nextFloat(rng) < 0.7 ? one(rng, ANSWERS) : one(rng, FAULTS);
  const size = one(rng, [0, 1, 100, 5_000, 70_000, 200_000]);
  const policy = (): string => `${one(rng, ["n", "n", "a", "b"])}${upTo(rng, 6)}`;
  return `/?id=${id}&b=${behaviour}&n=${size}&p=${policy()}&q=${policy()}`;
}

/** What is wrong with a response, if anything. Statuses of the gateway's own are right for whatever was cut off. */
function wrong(
  id: string,
  bodiless: boolean,
  status: number,
  xId: string | undefined,
  body: string,
  asked: string,
): string {
  if (status >= 400 && xId === undefined) return "";
  if (xId !== id) return `${id} was given ${xId} (${status})`;
  if (bodiless) return body === "" ? "" : `${id} has a body of ${body.length}`;
  if (body !== pattern(id, body.length)) return `${id} has another body`;
  if (status === 200 && body.length !== Number(param(asked, "n"))) return `${id} has ${body.length} of ${asked}`;
  return "";
}

interface Told {
  whole: number;
  cut: number;
}

/** Several requests on one connection, some behind each other, given up at some moment or not. */
async function talkHttp1(rng: Rng, port: number, name: string, tally: Tally, told: Told): Promise<void> {
  const asked = Array.from({ length: 1 + upTo(rng, 3) }, (_, at) => {
    const id = `${name}x${at}`;
    const method = one(rng, ["GET", "GET", "HEAD", "PUT", "POST", "PUT"]);
    return { id, method, target: target(rng, id), size: upTo(rng, 3) === 0 ? 100_000 : upTo(rng, 3_000) };
  });
  const text = asked.map(({ id, method, target: where, size }) => {
    const start = `${method} ${where} HTTP/1.1\r\nhost: a\r\n`;
    if (method === "GET" || method === "HEAD") return `${start}\r\n`;
    const body = pattern(id, size);
    const expects = nextFloat(rng) < 0.1 ? "expect: 100-continue\r\n" : "";
    if (nextFloat(rng) < 0.5) return `${start}${expects}content-length: ${size}\r\n\r\n${body}`;
    const middle = size >> 1;
    const chunks = [body.slice(0, middle), body.slice(middle)].filter((part) => part !== "");
    const end = nextFloat(rng) < 0.05 ? "zz\r\n" : "0\r\n\r\n";
    return `${start}transfer-encoding: chunked\r\n\r\n${chunks.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join("")}${end}`;
  });
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const parts: Buffer[] = [];
  let closed = false;
  socket.on("error", () => {});
  socket.on("close", () => (closed = true));
  if (nextFloat(rng) < 0.2) {
    socket.pause();
    setTimeout(() => socket.resume(), 20);
  }
  let fresh = true;
  socket.on("data", (part: Buffer) => {
    parts.push(part);
    fresh = true;
  });
  const all = Buffer.from(text.join(""));
  const at = nextFloat(rng) < 0.3 ? upTo(rng, all.length) : all.length;
  socket.write(all.subarray(0, at));
  if (at < all.length) setTimeout(() => socket.destroyed || socket.write(all.subarray(at)), upTo(rng, 10));
  const gone = nextFloat(rng) < 0.2 ? upTo(rng, 40) : undefined;
  if (gone !== undefined) setTimeout(() => (nextFloat(rng) < 0.5 ? socket.destroy() : socket.resetAndDestroy()), gone);
  const until = performance.now() + 8_000;
  let next = 0;
  for (;;) {
    if (fresh) {
      fresh = false;
      let bytes = Buffer.concat(parts);
      for (; next < asked.length; ) {
        const { id, method, target: where } = asked[next] as (typeof asked)[0];
        const head = readHead(bytes);
        if (head === undefined) break;
        const status = Number(head.startLine.slice(9, 12));
        const bodiless = method === "HEAD" || status === 204 || status === 304 || status < 200;
        const message = readMessage(bytes, { bodiless });
        if (message === undefined) break;
        bytes = bytes.subarray(message.length);
        if (status < 200) continue;
        next++;
        told.whole++;
        if (!/^HTTP\/1\.1 \d/.test(head.startLine)) tally.faults.push(`${id}: ${head.startLine.slice(0, 60)}`);
        const fault = wrong(id, bodiless, status, head.headers.get("x-id"), message.body.toString("latin1"), where);
        if (fault !== "") tally.faults.push(`${fault} ${where}`);
      }
      parts.length = 0;
      parts.push(bytes);
      if (next === asked.length && bytes.length > 0) tally.faults.push(`${name}: more than was asked for`);
    }
    if (next === asked.length || closed) break;
    if (performance.now() > until) {
      tally.faults.push(`${name}: nothing came for ${asked[next]?.method} ${asked[next]?.target}`);
      break;
    }
    await pause(3);
  }
  told.cut += asked.length - next;
  socket.destroy();
}

async function talkHttp2(rng: Rng, session: ClientHttp2Session, name: string, tally: Tally, told: Told): Promise<void> {
  const where = target(rng, name);
  const method = one(rng, ["GET", "HEAD", "PUT", "POST"]);
  const body = pattern(name, upTo(rng, 3) === 0 ? 100_000 : upTo(rng, 3_000));
  const bodied = method === "PUT" || method === "POST";
  const stream = session.request({ ":method": method, ":path": where, ":authority": "a" }, { endStream: !bodied });
  let status = 0;
  let xId: string | undefined;
  let ended = false;
  let text = "";
  stream.setEncoding("latin1");
  stream.on("response", (fields) => {
    status = fields[":status"] ?? 0;
    xId = fields["x-id"] as string | undefined;
  });
  stream.on("data", (part: string) => (text += part));
  stream.on("end", () => (ended = true));
  stream.on("error", () => {});
  if (bodied) {
    stream.write(body.slice(0, body.length >> 1));
    setTimeout(() => stream.writable && stream.end(body.slice(body.length >> 1)), upTo(rng, 5));
  }
  const gone = nextFloat(rng) < 0.2 ? upTo(rng, 40) : undefined;
  if (gone !== undefined) setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), gone);
  let over = false;
  stream.on("close", () => (over = true));
  const until = performance.now() + 8_000;
  while (!over && performance.now() < until) await pause(3);
  if (!over) tally.faults.push(`${name}: nothing came for ${method} ${where}`);
  stream.destroy();
  if (!ended || gone !== undefined || status === 0 || stream.rstCode !== constants.NGHTTP2_NO_ERROR)
    return void told.cut++;
  told.whole++;
  const bodiless = method === "HEAD" || status === 204 || status === 304;
  const fault = wrong(name, bodiless, status, xId, text, where);
  if (fault !== "") tally.faults.push(`${fault} ${where}`);
}

/** Of sixty clients each; more of them, and other ones, by hand. */
const ROUNDS = Number(process.env["STORM"] ?? 4);

describe("whatever comes", () => {
  it("gives each request its own response, whole or visibly cut, and lets go of everything", async () => {
    const seed = Number(process.env["SEED"] ?? 20_261_121);
    const rng = createRng(seed);
    const tally: Tally = { begun: 0, finished: 0, faults: [] };
    const stray: unknown[] = [];
    const onStray = (error: unknown): void => void stray.push(error);
    process.on("unhandledRejection", onStray);
    for (const [name, place] of [
      ["cors", "p"],
      ["ipFilter", "q"],
    ] as const satisfies readonly (readonly [PolicyName, string])[]) {
      const policy: Policy = { explain: () => ({ verdict: "pass", reason: "" }), ...policyOf(place, tally) };
      table[name] = { ...(real[name] as PolicyKind), create: () => policy };
    }
    const endpoints = await Promise.all(
      [0, 1, 2].map(() =>
        startWireEndpoint({
          onHead: ({ method, target: where }, socket) => early(socket, method, where),
          onRequest: ({ method, target: where }, socket) => void answer(socket, method, where),
        }),
      ),
    );
    const { gateway, port } = await startGateway({
      services: {
        app: {
          endpoints: endpoints.map(({ url }) => url),
          hedge: { after: "10ms" },
          sticky: { cookie: "stick" },
          limits: { requests: 24, pending: 30, queueTimeout: "300ms" },
          timeouts: { request: "150ms", idle: "300ms" },
          breaker: { errorRate: "90%", minimumRequests: 50, openFor: "20ms", window: "1s" },
        },
      },
      routes: [
        {
          match: "/",
          service: "app",
          policies: { cors: { origins: ["http://a.test"] }, ipFilter: { deny: ["10.0.0.1"] } },
        },
      ],
    });
    const told: Told = { whole: 0, cut: 0 };
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    session.on("error", () => {});
    for (let round = 0; round < ROUNDS; round++) {
      const talks: Promise<void>[] = [];
      for (let at = 0; at < 30; at++) talks.push(talkHttp1(rng, port, `r${round}c${at}`, tally, told));
      for (let at = 0; at < 30; at++) talks.push(talkHttp2(rng, session, `r${round}s${at}`, tally, told));
      await Promise.all(talks);
      for (const { requests } of endpoints) requests.length = 0;
    }
    session.destroy();
    if (process.env["STORM"] !== undefined) console.error(told, tally.begun, tally.finished, tally.faults.length);
    expect(tally.faults.slice(0, 10)).toEqual([]);
    await expect.poll(() => (atRest(gateway) ? {} : inUse(gateway))).toEqual({});
    const { upstream } = gateway.runtime.services.get("app") ?? {};
    expect([upstream?.admission?.inside, upstream?.admission?.waiting]).toEqual([0, 0]);
    expect(upstream?.breaker?.wouldAdmit(performance.now() + 60_000)).toBe(true);
    expect(tally.finished).toBe(tally.begun);
    expect(told.whole).toBeGreaterThan(ROUNDS * 40);
    process.off("unhandledRejection", onStray);
    expect(stray).toEqual([]);
  }, 600_000);
});
