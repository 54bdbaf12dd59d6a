import type { ErrorObject, ValidateFunction } from "ajv";
import type { Ajv2020 } from "ajv/dist/2020.js";
import type { Millis } from "../../../shared/clock.ts";
import { nearest } from "../../../shared/nearest.ts";
import type { DocumentSet } from "../documents/document-set.ts";
import type { Mapping } from "../documents/json-pointer.ts";
import { createAjv, formatNames } from "./ajv.ts";
import { compileClosure } from "./compile-closure.ts";
import type { SchemaBundle, SchemaId } from "./schema-bundle.ts";
import { type SchemaFault, schemaFaults } from "./schema-fault.ts";
import { finishesWithin } from "./timed-run.ts";

/** A value to be validated, and how large it is. */
export interface Sized {
  readonly value: unknown;
  /** How many values there are in it, itself and members included. */
  readonly nodes: number;
  /** Characters of its text, about. */
  readonly length: number;
}

/** Longer than any honest value takes. */
const LONGEST: Millis = 200;
/** What is larger is validated against the clock, and only its first fault is told: to find all takes squares of time. */
const MANY_NODES = 2_000;
/** Steps of a pattern that nobody notices. */
const FEW_STEPS = 1e6;

const STOPPED: readonly SchemaFault[] = [{ pointer: "", message: "takes too long to validate", keyword: "timeout" }];

/**
 * Validates values against schemas of a bundle. The work is bounded: a pattern that runs away, or a value that is made to
 * be slow, is refused after 0.2 s.
 */
export class Validators {
  private readonly bundle: SchemaBundle;
  /** Stops at the first fault. */
  private readonly fast: Ajv2020;
  /** Finds all; made when there is a fault for the first time. */
  private thorough: Ajv2020 | undefined;
  private readonly checked = new Set<SchemaId>();
  private readonly exponents = new Map<SchemaId, number>();

  constructor(bundle: SchemaBundle) {
    this.bundle = bundle;
    this.fast = createAjv(false);
  }

  /**
   * Holds every schema that is new in the bundle against the rules of JSON Schema. Faults go to `documents`.
   */
  checkSchemas(documents: DocumentSet): void {
    const formats = formatNames();
    for (const [id, { $id: _id, ...schema }] of this.bundle.schemas) {
      if (this.checked.has(id)) continue;
      this.checked.add(id);
      warnOfFormats(schema, (format) => this.warnOfFormat(id, format, formats, documents));
      const errors = schemaErrors(schema);
      if (errors.length === 0) continue;
      const [error] = deepestFirst(errors);
      const place = this.bundle.places.get(id);
      if (error === undefined || place === undefined) continue;
      const [fault] = schemaFaults([error]);
      const pointer = place.pointer + error.instancePath;
      documents.fault("GW0142", { document: place.document, pointer }, fault?.message ?? "is not a schema");
    }
  }

  private warnOfFormat(id: SchemaId, format: string, known: readonly string[], documents: DocumentSet): void {
    const place = this.bundle.places.get(id);
    const near = known.includes(format) ? undefined : nearest(format, known);
    if (near === undefined || place === undefined) return;
    documents.warn("GW0142", place, `the format ${format} is not known and not checked`, `did you mean ${near}?`);
  }

  /** Compiles schemas, and all that they refer to. */
  compile(ids: Iterable<SchemaId>): void {
    for (const id of ids) compileClosure(this.fast, this.bundle, id);
  }

  /** What is wrong with a value; `undefined` if nothing is. */
  check(id: SchemaId, { value, nodes, length }: Sized): readonly SchemaFault[] | undefined {
    const isRisky = nodes > MANY_NODES || length ** this.exponentOf(id) > FEW_STEPS;
    const first = judge(compileClosure(this.fast, this.bundle, id), value, isRisky);
    if (first === undefined || nodes > MANY_NODES || first === STOPPED) return first;
    this.thorough ??= createAjv(true);
    return judge(compileClosure(this.thorough, this.bundle, id), value, isRisky) ?? first;
  }

  private exponentOf(id: SchemaId): number {
    const known = this.exponents.get(id) ?? this.bundle.riskOf(id).exponent;
    this.exponents.set(id, known);
    return known;
  }
}

/** @param isRisky against the clock: nothing but this may be inside, as it may end anywhere */
function judge(validate: ValidateFunction, value: unknown, isRisky: boolean): readonly SchemaFault[] | undefined {
  let passes = false;
  const work = (): void => {
    passes = validate(value);
  };
  if (!isRisky) work();
  else if (!finishesWithin(LONGEST, work)) return STOPPED;
  return passes ? undefined : schemaFaults(validate.errors ?? []);
}

/** Knows the rules of schemas themselves, which take longer to compile than most schemas: once for all. */
let rules: Ajv2020 | undefined;

function schemaErrors(schema: Mapping): readonly ErrorObject[] {
  rules ??= createAjv(false);
  return rules.validateSchema(schema) === true ? [] : (rules.errors ?? []);
}

/** Of several reasons, the one deepest inside is the one that somebody can act on. */
function deepestFirst(errors: readonly ErrorObject[]): ErrorObject[] {
  const depth = ({ instancePath }: ErrorObject): number => instancePath.split("/").length;
  return [...errors].sort((a, b) => depth(b) - depth(a));
}

function warnOfFormats(schema: unknown, tell: (format: string) => void): void {
  if (typeof schema !== "object" || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    if (key === "format" && typeof value === "string") tell(value);
    else if (key !== "enum" && key !== "const") warnOfFormats(value, tell);
  }
}
