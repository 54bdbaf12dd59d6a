import type { BodyStage, StageEnds } from "../exchange/body-stage.ts";
import type { HeaderReader } from "../exchange/header-reader.ts";
import type { PassOptions, PolicyResponse } from "../exchange/policy-response.ts";
import { Framing } from "../http/body/framing.ts";
import { isBodiless, type LocalResponse } from "../http/exchange/local-response.ts";
import type { ResponseShaper, ShapedOutput } from "../http/exchange/response-shaper.ts";
import { copyHead, type MessageHead } from "../http/head/message-head.ts";
import type { FieldEditMark } from "../http/head/field-edit-list.ts";
import type { Verdict } from "../policies/policy.ts";
import type { ErrorCode } from "../shared/errors/gateway-error.ts";
import { BodyPipe } from "./body-pipe.ts";
import { EditedHeaders } from "./edited-headers.ts";
import { localHead } from "./local-head.ts";
import { PairHeaders } from "./pair-headers.ts";
import type { PolicyRun } from "./policy-run.ts";
import type { PlacedPolicy } from "./route-policies.ts";

/** What a shaped response needs of the gateway. */
export interface Shaping {
  readonly run: PolicyRun;
  /** Those that see the response, in the order in which they saw the request. */
  readonly policies: readonly PlacedPolicy[];
  readonly method: string;
  readonly output: ShapedOutput;
  /** What a policy's answer is to the client. */
  render(answer: NonNullable<Verdict>): { readonly response: LocalResponse; readonly code: ErrorCode | undefined };
}

/** One response passing the policies of its route, the last one first, before the client gets any of it. */
export class ShapedResponse implements ResponseShaper, PolicyResponse {
  private readonly shaping: Shaping;
  /** The changes of fields that were there before any policy saw the response. */
  private readonly before: FieldEditMark;
  started = false;
  status = 0;
  from: "endpoint" | "gateway" = "endpoint";
  code: ErrorCode | undefined;
  sent!: HeaderReader;
  headers!: HeaderReader;
  length: number | undefined;
  hasBody = false;
  private head: MessageHead | undefined;
  private readonly framing = new Framing();
  private local: LocalResponse | undefined;
  private pipe!: BodyPipe;
  /** The body of a response of the gateway's own has been put into the pipe. */
  private primed = false;
  private changesLength = false;
  private stages = 0;
  /** The head waits for what a stage decides. */
  private headWaits = false;
  private trailerLines = "";
  /** Counts the responses that came: what is waited for of one must not be done to the next. */
  private generation = 0;

  constructor(shaping: Shaping) {
    this.shaping = shaping;
    this.before = shaping.run.responseFields.mark();
  }

  onHead(head: MessageHead, framing: Framing): void {
    this.begin("endpoint", head.status, head, undefined);
    this.head = head;
    // What came in chunks comes without them here.
    this.framing.kind = framing.kind === "chunked" ? "until-close" : framing.kind;
    this.framing.length = framing.length;
    this.hasBody = framing.kind !== "none";
    this.length = framing.kind === "length" ? framing.length : this.hasBody ? undefined : 0;
    this.ask(this.shaping.policies.length);
  }

  onLocal(response: LocalResponse, code: ErrorCode | undefined): void {
    this.begin("gateway", response.status, new PairHeaders(response.fields), code);
    this.takeLocal(response);
    this.ask(this.shaping.policies.length);
  }

  private takeLocal(response: LocalResponse): void {
    this.local = response;
    this.length = this.bodiless ? 0 : bodyLength(response);
    this.hasBody = this.length > 0;
  }

  private get bodiless(): boolean {
    return isBodiless(this.status, this.shaping.method);
  }

  private begin(from: "endpoint" | "gateway", status: number, sent: HeaderReader, code: ErrorCode | undefined): void {
    this.generation++;
    this.from = from;
    this.status = status;
    this.code = code;
    this.sent = sent;
    this.headers = new EditedHeaders(sent, this.shaping.run.responseFields);
    this.head = this.local = undefined;
    this.primed = this.changesLength = this.headWaits = false;
    this.trailerLines = "";
    const { output } = this.shaping;
    this.pipe = new BodyPipe(
      {
        write: (bytes, start, end) => {
          // There is no place for what a stage adds: the client would take it for the next response.
          if (!this.hasBody) return true;
          if (this.headWaits) this.sendHead();
          return output.writeResponse(bytes, start, end);
        },
        flush: () => {
          if (this.headWaits) this.sendHead();
          output.flushResponse();
        },
        end: () => {
          if (this.headWaits) this.sendHead();
          output.endResponse(this.trailerLines);
        },
      },
      { resume: () => output.resumeResponse(), fail: () => output.abandon() },
    );
  }

  /** Asks the policies in front of this place. */
  private ask(place: number): void {
    const { policies, run } = this.shaping;
    for (let i = place - 1; i >= 0; i--) {
      const verdict = (policies[i] as PlacedPolicy).policy.onResponse?.(run, this);
      if (verdict === undefined) continue;
      if (verdict instanceof Promise) return this.wait(verdict, i);
      return this.replaceBy(verdict, i);
    }
    this.giveOn();
  }

  private wait(pending: Promise<Verdict>, place: number): void {
    const { generation } = this;
    const { output } = this.shaping;
    output.singleUse = true;
    this.keepHead();
    pending
      .then((verdict) => {
        if (generation !== this.generation) return;
        if (verdict === undefined) this.ask(place);
        else this.replaceBy(verdict, place);
      })
      .catch((error: unknown) => {
        if (generation === this.generation) output.onBug(error);
      });
  }

  /** The head is the connection's, and is used for the next one. */
  private keepHead(): void {
    if (this.head === undefined || this.head !== this.sent) return;
    this.head = this.sent = copyHead(this.head);
    this.headers = new EditedHeaders(this.sent, this.shaping.run.responseFields);
  }

  /** Another response goes on from here: nothing is left of this one, nor of what was changed for it. */
  private replaceBy(answer: NonNullable<Verdict>, place: number): void {
    const { output, render, run } = this.shaping;
    this.pipe.destroy();
    output.dropConnection();
    run.responseFields.restore(this.before);
    const { response, code } = render(answer);
    this.begin("gateway", response.status, new PairHeaders(response.fields), code);
    this.takeLocal(response);
    this.ask(place);
  }

  private giveOn(): void {
    const { output } = this.shaping;
    this.started = true;
    const { local } = this;
    if (local !== undefined && !this.pipe.hasStages) return output.answer(local, this.code);
    if (local !== undefined) this.prime();
    if (this.headWaits) this.keepHead();
    else this.sendHead();
    this.pipe.open();
  }

  private sendHead(): void {
    const { output, run } = this.shaping;
    this.headWaits = false;
    const head = this.head ?? localHead(this.local as LocalResponse);
    if (this.changesLength && this.hasBody) {
      run.responseFields.remove("content-length");
      if (this.length === undefined) this.framing.kind = "until-close";
      else this.announceLength(this.length);
    }
    if (this.from === "gateway") output.beginOwn(head, this.framing, this.code);
    else output.beginResponse(head, this.framing);
  }

  private announceLength(length: number): void {
    this.framing.kind = length === 0 ? "none" : "length";
    this.framing.length = length;
    this.shaping.run.responseFields.append("content-length", String(length));
  }

  body(limit: number): Promise<Uint8Array | undefined> {
    const { local } = this;
    if (local !== undefined && !this.pipe.hasStages) {
      return Promise.resolve(bodyLength(local) > limit ? undefined : bytesOf(local));
    }
    this.prime();
    return this.pipe.collect(limit);
  }

  replaceBody(bytes: Uint8Array): void {
    this.length = bytes.length;
    this.hasBody ||= bytes.length > 0 && !this.bodiless;
    this.trailerLines = "";
    if (this.local !== undefined && !this.pipe.hasStages) {
      this.local = { ...this.local, body: bytes };
      return;
    }
    this.changesLength = true;
    this.pipe.replace(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  pass(make: (ends: StageEnds) => BodyStage, { keepsLength = false, decidesHead = false }: PassOptions = {}): void {
    const place = ++this.stages;
    const announceLength = (octets: number): void => {
      // Behind another stage it may be another length.
      if (place === this.stages && this.headWaits) this.length = octets;
    };
    this.pipe.append((ends) => make(decidesHead ? { ...ends, announceLength } : ends));
    this.headWaits ||= decidesHead;
    if (keepsLength) return;
    this.changesLength = true;
    this.length = undefined;
  }

  /** A response of the gateway's own is there already: it comes as if an endpoint had sent it. */
  private prime(): void {
    if (this.primed || this.local === undefined) return;
    this.primed = true;
    const bytes = bytesOf(this.local);
    this.framing.kind = this.hasBody ? "length" : "none";
    this.framing.length = bytes.length;
    if (this.hasBody) this.pipe.write(bytes, 0, bytes.length);
    this.pipe.end();
  }

  onBody(bytes: Buffer, start: number, end: number): boolean {
    return this.pipe.write(bytes, start, end);
  }

  onTrailers(lines: string): void {
    this.trailerLines = lines;
  }

  onReadEnd(): void {
    this.pipe.flush();
  }

  onEnd(): void {
    this.pipe.end();
  }

  onDrain(): void {
    if (this.started) this.pipe.drained();
  }

  reset(): void {
    this.generation++;
    this.started = false;
    this.pipe?.destroy();
    this.shaping.run.responseFields.restore(this.before);
  }
}

function bytesOf({ body }: LocalResponse): Buffer {
  if (typeof body === "string") return Buffer.from(body, "utf8");
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

function bodyLength({ body }: LocalResponse): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.length;
}
