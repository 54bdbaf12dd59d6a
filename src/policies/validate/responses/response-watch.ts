import type { PolicyExchange } from "../../../exchange/policy-exchange.ts";
import type { PolicyResponse } from "../../../exchange/policy-response.ts";
import type { PolicyDeps } from "../../policy.ts";
import type { Contract } from "../contract.ts";
import type { Operation, UsableSchema } from "../openapi/operation.ts";
import { checkBytes } from "../requests/read-body.ts";
import { decode } from "../values/content-coding.ts";
import { Allowance } from "./allowance.ts";
import { findInHead, LONGEST_BODY, type ResponseFault } from "./response-faults.ts";
import { createTee } from "./tee.ts";

const NO_ENCODINGS = new Map<string, never>();
const MAX_DEPTH = 512;
/** Of one policy; who has so many has read enough. */
const MOST_WARNINGS = 500;
/** Of one response. */
const MOST_FAULTS = 3;

type Result = "ok" | "invalid" | "unchecked";

/**
 * Holds responses against the document, beside their way to the client: nothing is changed, delayed or refused. Each is
 * counted, and each kind of fault of an operation is told of once. Where that would take more than a tenth of the time,
 * bodies go by unchecked.
 */
export class ResponseWatch {
  private readonly operations = new WeakMap<PolicyExchange, Operation>();
  private readonly told = new Set<string>();
  private readonly contract: Contract;
  private readonly deps: PolicyDeps;
  /** Of all routes together. */
  private readonly allowance: Allowance;
  private readonly counters: Readonly<Record<Result, { value: number } | undefined>>;

  constructor(contract: Contract, deps: PolicyDeps) {
    this.contract = contract;
    this.deps = deps;
    this.allowance = deps.shared("validate:allowance", () => new Allowance(deps.clock));
    const counter = (result: Result) =>
      deps.counter?.("gatewayctl_validate_responses_total", { route: deps.routeName, result });
    this.counters = { ok: counter("ok"), invalid: counter("invalid"), unchecked: counter("unchecked") };
  }

  /** The operation that a request is for: its response will be looked at. */
  expect(exchange: PolicyExchange, operation: Operation): void {
    this.operations.set(exchange, operation);
  }

  forget(exchange: PolicyExchange): void {
    this.operations.delete(exchange);
  }

  look(exchange: PolicyExchange, response: PolicyResponse): void {
    const operation = this.operations.get(exchange);
    if (operation === undefined || response.from !== "endpoint" || response.code !== undefined) return;
    const { status } = response;
    const { faults, body, unchecked } = findInHead(operation, response, this.contract.validators);
    if (body === undefined) return this.settle(operation, status, faults, unchecked);
    if (!this.allowance.isLeft) return this.settle(operation, status, faults, faults.length === 0);
    const { schema, codings } = body;
    const whole = (bytes: Buffer | undefined): void => {
      if (bytes === undefined) return this.settle(operation, status, faults, faults.length === 0);
      // The client has its response already: nobody waits for this.
      setImmediate(() => void this.lookInto(bytes, codings, schema, operation, status, faults));
    };
    response.pass((ends) => createTee(ends, LONGEST_BODY, whole), { keepsLength: true });
  }

  private async lookInto(
    bytes: Buffer,
    codings: readonly string[],
    schema: UsableSchema,
    operation: Operation,
    status: number,
    before: readonly ResponseFault[],
  ): Promise<void> {
    const decoded = await decode(bytes, codings, LONGEST_BODY);
    if (decoded.problem !== undefined) return this.settle(operation, status, before, before.length === 0);
    const reading = { kind: "json", schema, encodings: NO_ENCODINGS, maxDepth: MAX_DEPTH } as const;
    const found = this.allowance.spend(() => checkBytes(decoded.bytes, reading, this.contract.validators));
    const sentences = found.map(({ pointer, message }) =>
      `body ${withoutPlaces(pointer)} ${message}`.replace("  ", " "),
    );
    this.settle(operation, status, [...before, ...new Set(sentences)], false);
  }

  private settle(operation: Operation, status: number, faults: readonly ResponseFault[], unchecked: boolean): void {
    const counter = this.counters[unchecked ? "unchecked" : faults.length === 0 ? "ok" : "invalid"];
    if (counter !== undefined) counter.value++;
    for (const fault of faults.slice(0, MOST_FAULTS)) this.tell(`${operation.name} answered ${status}: ${fault}`);
  }

  private tell(what: string): void {
    if (this.told.has(what) || this.told.size >= MOST_WARNINGS) return;
    this.told.add(what);
    this.deps.warn?.(`route ${this.deps.routeName}: a response breaks its OpenAPI document: ${what}`);
  }
}

/** Items of a list are wrong in the same way: they are one fault. */
function withoutPlaces(pointer: string): string {
  return pointer.replace(/\/\d+(?=\/|$)/g, "/*");
}
