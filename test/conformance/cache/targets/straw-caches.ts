import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { systemWallClock } from "../../../../src/shared/clock.ts";
import { framingOf, readBody, readHead, valuesOf } from "../../http1/probes/read-octets.ts";
import type { CacheTarget } from "../run-case.ts";

/** No cache at all: clients speak to the endpoint. */
export function createNoCache(): CacheTarget {
  const ahead = new Map<number, number>();
  return {
    name: "no cache",
    patienceMs: 150,
    endpointAddress: () => ({ port: 0, host: "127.0.0.1" }),
    open: (_index, _case, port) => Promise.resolve({ port, host: "127.0.0.1" }),
    now: (index) => systemWallClock.now() + (ahead.get(index) ?? 0),
    async pass(index, seconds) {
      ahead.set(index, (ahead.get(index) ?? 0) + seconds * 1000);
      return true;
    },
    release: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** A cache that knows no rules: whatever came for a path once answers every request for it, for ever. */
export function createCarelessCache(): CacheTarget {
  const servers = new Map<number, Server>();
  const release = async (index: number): Promise<void> => {
    const server = servers.get(index);
    servers.delete(index);
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  };
  return {
    ...createNoCache(),
    name: "careless cache",
    async open(index, _case, port) {
      const stored = new Map<string, string>();
      const server = createServer((socket) => carelesslyServe(socket, port, stored));
      servers.set(index, server);
      await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
      return { port: (server.address() as AddressInfo).port, host: "127.0.0.1" };
    },
    release,
    close: async () => void (await Promise.all([...servers.keys()].map(release))),
  };
}

function carelesslyServe(client: Socket, port: number, stored: Map<string, string>): void {
  let asked = "";
  client.on("error", () => {});
  client.on("data", (chunk: Buffer) => {
    asked += chunk.toString("latin1");
    const head = readHead(asked, 0);
    if (head === undefined || readBody(asked, head.end, framingOf(head.fields, "none"), head.fields).end === undefined)
      return;
    const key = head.line.split(" ")[1] ?? "";
    const known = stored.get(key);
    if (known === undefined) fetch(asked, port, client, (answer) => stored.set(key, answer));
    else client.end(head.line.startsWith("HEAD ") ? known.slice(0, known.indexOf("\r\n\r\n") + 4) : known, "latin1");
  });
}

function fetch(request: string, port: number, client: Socket, store: (answer: string) => void): void {
  let answer = "";
  let over = false;
  const toHead = request.startsWith("HEAD ");
  const endpoint = connect(port, "127.0.0.1", () => endpoint.write(request, "latin1"));
  const finish = (): void => {
    if (over) return;
    over = true;
    if (answer !== "") store(answer);
    client.end(answer, "latin1");
    endpoint.destroy();
  };
  endpoint.on("error", finish);
  endpoint.on("close", finish);
  endpoint.on("data", (chunk: Buffer) => {
    answer += chunk.toString("latin1");
    if (isWhole(answer, toHead)) finish();
  });
}

function isWhole(answer: string, toHead: boolean): boolean {
  let from = 0;
  for (;;) {
    const head = readHead(answer, from);
    if (head === undefined) return false;
    const status = Number(head.line.split(" ")[1]);
    if (status < 200) {
      from = head.end;
      continue;
    }
    if (toHead || status === 204 || status === 304) return true;
    const framing = framingOf(
      head.fields,
      valuesOf(head.fields, "connection").includes("close") ? "until-close" : "none",
    );
    return readBody(answer, head.end, framing, head.fields).end !== undefined;
  }
}
