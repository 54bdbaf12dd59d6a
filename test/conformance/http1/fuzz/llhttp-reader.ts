import { createRequire } from "node:module";

/** Node's own parser, which it gives to nobody under a public name. */
interface LlhttpParser {
  [callback: number]: (...values: never[]) => unknown;
  initialize(kind: number, resource: object, maxHeadOctets: number, lenient: number): void;
  execute(octets: Buffer): number | (Error & { code: string; bytesParsed: number });
  finish(): undefined | (Error & { code: string });
}

interface LlhttpModule {
  readonly methods: readonly string[];
  readonly HTTPParser: (new () => LlhttpParser) & Readonly<Record<string, number>>;
}

const { HTTPParser, methods } = createRequire(import.meta.url)("node:_http_common") as LlhttpModule;

export type LlhttpField = readonly [name: string, value: string];

/** A message as llhttp reads it in strict mode. */
export interface LlhttpMessage {
  /** Of a request; "" of a response. */
  method: string;
  target: string;
  /** Of a response; 0 of a request. */
  status: number;
  reason: string;
  fields: LlhttpField[];
  body: string;
  trailers: LlhttpField[];
  /** Its end has been seen. */
  whole: boolean;
}

/** What llhttp made of some octets. */
export interface LlhttpReading {
  readonly messages: readonly LlhttpMessage[];
  /** "HPE_INVALID_METHOD" … where it refused them, or where they end too early. */
  readonly refusal: string | undefined;
  /** How many messages were whole before the last octet came. */
  readonly wholeBeforeLast: number;
}

const MAX_HEAD = 64 * 1024;

/** Reads octets with Node's own llhttp, nothing lenient. Use it again for the next ones. */
export class LlhttpReader {
  private readonly kind: number;
  private readonly parser = new HTTPParser();
  private messages: LlhttpMessage[] = [];
  private headsDone = true;
  private toHead: (status: number) => boolean = () => false;
  private upgraded = false;

  constructor(kind: "request" | "response") {
    this.kind = (kind === "request" ? HTTPParser["REQUEST"] : HTTPParser["RESPONSE"]) as number;
    const on = (name: string, call: (...values: never[]) => unknown): void => {
      this.parser[(HTTPParser[name] as number) | 0] = call;
    };
    on("kOnMessageBegin", () => this.begin());
    on("kOnHeaders", (lines: string[], target: string) => this.takeLines(lines, target));
    on("kOnHeadersComplete", (...facts: unknown[]) => this.endHead(facts));
    on("kOnBody", (part: Buffer) => {
      this.current.body += part.toString("latin1");
    });
    on("kOnMessageComplete", () => {
      this.current.whole = true;
    });
  }

  private get current(): LlhttpMessage {
    return this.messages.at(-1) as LlhttpMessage;
  }

  private begin(): void {
    this.headsDone = false;
    const lists = { fields: [], body: "", trailers: [] };
    this.messages.push({ method: "", target: "", status: 0, reason: "", ...lists, whole: false });
  }

  private takeLines(lines: readonly string[], target = ""): void {
    const { current } = this;
    if (!this.headsDone) current.target += target;
    const into = this.headsDone ? current.trailers : current.fields;
    for (let i = 0; i < lines.length; i += 2) into.push([lines[i] as string, lines[i + 1] as string]);
  }

  /** @returns for the parser: 0, or 1 where there is no body */
  private endHead([, , lines, method, target, status, reason, upgrade]: unknown[]): number {
    const { current } = this;
    if (lines) this.takeLines(lines as string[], (target as string | undefined) ?? "");
    this.headsDone = true;
    current.method = typeof method === "number" ? (methods[method] ?? "QUERY") : "";
    current.status = (status as number | undefined) ?? 0;
    current.reason = (reason as string | undefined) ?? "";
    this.upgraded ||= upgrade === true;
    return current.status > 0 && this.toHead(current.status) ? 1 : 0;
  }

  /**
   * Reads octets to their end, the last one by itself.
   * @param isBodiless of a response with this status, whatever its fields say: what the request was decides that
   */
  read(octets: string, isBodiless: (status: number) => boolean = () => false): LlhttpReading {
    this.messages = [];
    this.headsDone = true;
    this.upgraded = false;
    this.toHead = isBodiless;
    this.parser.initialize(this.kind, {}, MAX_HEAD, 0);
    const bytes = Buffer.from(octets, "latin1");
    let refusal = this.execute(bytes.subarray(0, -1));
    const wholeBeforeLast = this.messages.filter(({ whole }) => whole).length;
    refusal ??= this.execute(bytes.subarray(-1)) ?? this.parser.finish()?.code;
    // To whoever does not upgrade, what follows is no longer HTTP.
    if (this.upgraded) refusal ??= "upgrade";
    return { messages: this.messages, refusal, wholeBeforeLast };
  }

  private execute(bytes: Buffer): string | undefined {
    if (bytes.length === 0 || this.upgraded) return undefined;
    const result = this.parser.execute(bytes);
    return typeof result === "number" ? undefined : result.code;
  }
}
