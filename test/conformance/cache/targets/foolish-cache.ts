import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { framingOf, type Head, readBody, readHead } from "../../http1/probes/read-octets.ts";
import type { CacheTarget } from "../run-case.ts";
import { createNoCache } from "./straw-caches.ts";

/**
 * A cache that knows rules, and has all of them wrong: its keys run together, whoever comes meanwhile gets what the first
 * one gets, any condition fails or is met, any range is the first octet, and directives are nobody's business.
 */
export function createFoolishCache(): CacheTarget {
  const servers = new Map<number, Server>();
  const release = async (index: number): Promise<void> => {
    const server = servers.get(index);
    servers.delete(index);
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  };
  return {
    ...createNoCache(),
    name: "foolish cache",
    async open(index, _case, port) {
      const cache = new FoolishCache(port);
      const server = createServer((socket) => cache.serve(socket));
      servers.set(index, server);
      await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
      return { port: (server.address() as AddressInfo).port, host: "127.0.0.1" };
    },
    release,
    close: async () => void (await Promise.all([...servers.keys()].map(release))),
  };
}

const UNWANTED = /^(?:cache-control|pragma|cache-status):.*\r\n/gim;
/** How long nothing more must come for a response to be taken as complete. */
const SILENCE_MS = 60;

class FoolishCache {
  private readonly port: number;
  private readonly entries = new Map<string, Promise<string>>();
  private leftover = "";

  constructor(port: number) {
    this.port = port;
  }

  serve(client: Socket): void {
    let asked = "";
    client.on("error", () => {});
    client.on("data", (chunk: Buffer) => {
      asked += chunk.toString("latin1");
      const head = readHead(asked, 0);
      if (head === undefined) return;
      if (readBody(asked, head.end, framingOf(head.fields, "none"), head.fields).end === undefined) return;
      void this.answer(asked, head, client).then((text) => client.end(text, "latin1"));
    });
  }

  private async answer(asked: string, head: Head, client: Socket): Promise<string> {
    const key = keyOf(head.line);
    const fields = new Map(head.fields);
    const known = this.entries.get(key);
    if (known === undefined || fields.get("cache-control")?.includes("no-cache")) {
      const fetched = this.fetch(asked, client);
      this.entries.set(key, fetched);
      return fetched;
    }
    const stored = await this.validated(await known, key, asked, client);
    if (fields.has("if-match") || fields.has("if-unmodified-since"))
      return "HTTP/1.1 412 No\r\nContent-Length: 0\r\n\r\n";
    if (fields.has("if-none-match") || fields.has("if-modified-since")) return "HTTP/1.1 304 Not Modified\r\n\r\n";
    if (fields.has("range") || fields.has("if-range")) {
      return "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-0/1\r\nContent-Length: 1\r\n\r\n?";
    }
    return head.line.startsWith("HEAD ") ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : stored;
  }

  /** Whatever a 304 brings is taken, whichever response it is about. */
  private async validated(stored: string, key: string, asked: string, client: Socket): Promise<string> {
    const etag = /^etag: (.*)$/im.exec(stored)?.[1]?.trim();
    if (etag === undefined || stored.endsWith("\r\n\r\n")) return stored;
    const answer = await this.fetch(asked.replace("\r\n", `\r\nIf-None-Match: ${etag}\r\n`), client, "304");
    if (!answer.startsWith("HTTP/1.1 304")) return answer;
    const [line = "", ...lines] = answer.slice(0, answer.indexOf("\r\n\r\n")).split("\r\n");
    const names = lines.map((each) => each.slice(0, each.indexOf(":") + 1).toLowerCase());
    const [own = "", body = ""] = stored.split("\r\n\r\n");
    const kept = own.split("\r\n").filter((each) => !names.some((name) => each.toLowerCase().startsWith(name)));
    const merged = `${[...kept, ...lines.filter((each) => !/^etag:/i.test(each))].join("\r\n")}\r\n\r\n${body}`.replace(
      line,
      "",
    );
    this.entries.set(key, Promise.resolve(merged));
    return merged;
  }

  private fetch(asked: string, client: Socket, wanted = "200"): Promise<string> {
    if (this.leftover !== "") {
      const { leftover } = this;
      this.leftover = "";
      return Promise.resolve(leftover);
    }
    return new Promise((resolve) => {
      let answer = "";
      let timer: NodeJS.Timeout | undefined;
      const endpoint = connect(this.port, "127.0.0.1", () => endpoint.write(asForwarded(asked), "latin1"));
      const finish = (): void => {
        clearTimeout(timer);
        endpoint.destroy();
        const text = this.keepRest(answer).replace("HTTP/1.1 304 Not Modified", `HTTP/1.1 ${wanted} OK`);
        resolve(/^if-none-match: "v1"/im.test(asked) ? text.replace("200 OK", "304 Not Modified") : text);
      };
      client.once("close", finish);
      endpoint.on("error", finish);
      endpoint.on("end", finish);
      endpoint.on("data", (chunk: Buffer) => {
        answer += chunk.toString("latin1");
        clearTimeout(timer);
        timer = setTimeout(finish, SILENCE_MS);
      });
    });
  }

  private keepRest(answer: string): string {
    const head = readHead(answer, 0);
    const text = answer.replace(UNWANTED, "").replace(/\r\n0\r\n(.+)\r\n\r\n$/, "\r\n0\r\n\r\n");
    const trailer = /\r\n0\r\n(.+)\r\n\r\n$/.exec(answer)?.[1];
    if (trailer !== undefined) return text.replace("\r\n", `\r\n${trailer}\r\n`);
    if (head === undefined || framingOf(head.fields, "none") !== "length") return text;
    const { end } = readBody(answer, head.end, "length", head.fields);
    if (end !== undefined && end < answer.length) this.leftover = answer.slice(end);
    return text;
  }
}

function asForwarded(asked: string): string {
  const authority = /^\S+ http:\/\/([^/]+)/.exec(asked)?.[1];
  const text = asked.replace(UNWANTED, "");
  return authority === undefined ? text : text.replace(/^host:.*$/im, `Host: ${authority}`);
}

/** Letters, encoding, dots, slashes, query and host: all the same. */
function keyOf(line: string): string {
  const target = (line.split(" ")[1] ?? "").replace(/^http:\/\/[^/]+/, "").replace(/[?#].*$|%3f.*$/i, "");
  const path = new URL(target.replace(/%2f/gi, "/").replace(/\/+/g, "/").toLowerCase(), "http://a").pathname;
  return path.length <= 3 ? "/" : path;
}
