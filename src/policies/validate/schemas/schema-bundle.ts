import { nearest } from "../../../shared/nearest.ts";
import type { DocumentSet, Located } from "../documents/document-set.ts";
import { childPointer, isMapping, type Mapping, member } from "../documents/json-pointer.ts";
import { type Dialect, dialectOf, modernize } from "./dialect.ts";
import { discriminate } from "./discriminator.ts";
import * as keywords from "./keywords.ts";
import { type Direction, markedProperties } from "./marked-properties.ts";
import { patternProblem, type PatternRisk, riskOf, worse } from "./pattern-risk.ts";

/** A schema, and the rules that it was written by. */
export interface LocatedSchema extends Located {
  readonly dialect: Dialect;
}

/** What a schema of a bundle is known by: `bundle:7`. */
export type SchemaId = string;

const DEEPEST = 128;
const NO_NAMES: ReadonlySet<string> = new Set();

/** How a copy is made. */
interface Copying {
  readonly direction: Direction | undefined;
  /** Names of properties that must not be sent in this direction, so that none of them can be required. */
  readonly unsent: ReadonlySet<string>;
  readonly depth: number;
}

/**
 * Schemas out of several documents and dialects, copied into one set that is all 2020-12: every schema that is asked for
 * or referred to gets an id, and references are by id. A reference is resolved relative to its file; `$id` names a whole
 * document and nothing else.
 */
export class SchemaBundle {
  /** By id; each with `$id`. */
  readonly schemas = new Map<SchemaId, Mapping>();
  /** Where each came from. */
  readonly places = new Map<SchemaId, LocatedSchema>();
  private readonly directions = new Map<SchemaId, Direction | undefined>();
  /** What the patterns of each could cost, those that it refers to included. */
  private readonly risks = new Map<SchemaId, PatternRisk>();
  private readonly references = new Map<SchemaId, Set<SchemaId>>();
  private readonly ids = new Map<string, SchemaId>();
  private readonly documents: DocumentSet;
  /** Being copied; "" while none is. */
  private current: SchemaId = "";
  private readonly waiting: { id: SchemaId; schema: LocatedSchema; how: Copying }[] = [];

  constructor(documents: DocumentSet) {
    this.documents = documents;
  }

  /**
   * Takes a schema into the bundle.
   * @param direction which of `readOnly` and `writeOnly` properties must not be sent; `undefined`: both may
   */
  add(schema: LocatedSchema, direction?: Direction, unsent: ReadonlySet<string> = NO_NAMES): SchemaId {
    const dialect = this.dialectAt(schema);
    const { document, pointer } = schema;
    const names = [...unsent].sort().join("\n");
    const key = [this.documentKey(document), pointer, dialect, direction ?? "", names].join("\0");
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = `bundle:${this.ids.size + 1}`;
    this.ids.set(key, id);
    this.places.set(id, schema);
    this.directions.set(id, direction);
    this.references.set(id, new Set());
    this.waiting.push({ id, schema: { ...schema, dialect }, how: { direction, unsent, depth: 0 } });
    if (this.current === "") this.copyWaiting();
    return id;
  }

  /** One after the other: schemas may refer to each other in chains longer than the stack is deep. */
  private copyWaiting(): void {
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop()) {
      const { id, schema, how } = next;
      this.current = id;
      const copy = this.copy(schema, how);
      this.schemas.set(
        id,
        typeof copy === "boolean" ? (copy ? { $id: id } : { $id: id, not: {} }) : { $id: id, ...copy },
      );
    }
    this.current = "";
  }

  /** Which way values of a schema go; `undefined`: either. */
  directionOf(id: SchemaId): Direction | undefined {
    return this.directions.get(id);
  }

  /** What the patterns of a schema, and of those that it refers to, could cost. */
  riskOf(id: SchemaId): PatternRisk {
    return [...this.closureOf(id)].map((one) => this.risks.get(one)).reduce<PatternRisk>(worse, { exponent: 0 });
  }

  /** A schema, and all that it refers to, however far the references lead. */
  closureOf(id: SchemaId): ReadonlySet<SchemaId> {
    const seen = new Set<SchemaId>();
    const waiting = [id];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(...(this.references.get(next) ?? []));
    }
    return seen;
  }

  private readonly documentKeys = new Map<unknown, number>();

  private documentKey(document: unknown): number {
    const known = this.documentKeys.get(document) ?? this.documentKeys.size;
    this.documentKeys.set(document, known);
    return known;
  }

  /** A document, or a schema in it, may say itself what it was written by. */
  private dialectAt({ document, value, dialect, ...at }: LocatedSchema): Dialect {
    const named = member(value, "$schema") ?? member(document.root, "$schema");
    if (typeof named !== "string") return dialect;
    const found = dialectOf(named);
    if (found !== undefined) return found;
    this.documents.warn(
      "GW0142",
      { document, pointer: at.pointer },
      `$schema "${named}" is not known: taken for 2020-12`,
    );
    return "2020-12";
  }

  private copy(schema: LocatedSchema, how: Copying): Mapping | boolean {
    const { value } = schema;
    if (typeof value === "boolean") return value;
    if (!isMapping(value)) return this.invalid(schema, "is not a schema: neither a mapping, nor true or false");
    if (how.depth > DEEPEST) return this.invalid(schema, `is nested more than ${DEEPEST} levels deep`);
    const modern = modernize(value, schema.dialect);
    const unsent = this.unsentOf(schema, modern, how);
    const inside = { ...how, unsent, depth: how.depth + 1 };
    const discriminated = discriminate(modern, schema, this.documents);
    const out: Record<string, unknown> = {};
    for (const [key, part] of Object.entries(modern)) {
      const at = { ...schema, pointer: childPointer(schema.pointer, key), value: part };
      if (discriminated !== undefined && (key === "oneOf" || key === "anyOf")) continue;
      if (keywords.REFERENCES.has(key)) out["$ref"] = this.reference(at, how);
      else if (keywords.ONE_SCHEMA.has(key)) out[key] = this.copy(at, this.within(key, inside));
      else if (keywords.SCHEMA_LISTS.has(key)) out[key] = this.copyList(at, this.within(key, inside));
      else if (keywords.SCHEMA_MAPS.has(key)) out[key] = this.copyMap(key, at, inside);
      else if (key === "required") out[key] = withoutNames(part, unsent);
      else if (keywords.ASSERTIONS.has(key)) out[key] = this.assertion(key, at);
      else this.checkName(key, at, schema.dialect);
    }
    if (discriminated === undefined) return out;
    const branches = discriminated((target) => ({ $ref: this.refer(this.add(target, how.direction, unsent)) }));
    return { ...out, allOf: [...((out["allOf"] as unknown[] | undefined) ?? []), ...branches] };
  }

  private within(key: string, how: Copying): Copying {
    return keywords.IN_PLACE.has(key) ? how : { ...how, unsent: NO_NAMES };
  }

  private unsentOf(schema: LocatedSchema, modern: Mapping, { direction, unsent }: Copying): ReadonlySet<string> {
    if (direction === undefined) return unsent;
    const marked = markedProperties({ ...schema, value: modern }, direction, this.documents);
    return marked.length === 0 ? unsent : new Set([...unsent, ...marked]);
  }

  private copyList(list: LocatedSchema, how: Copying): unknown[] {
    if (!Array.isArray(list.value)) {
      this.invalid(list, "is not a list of schemas");
      return [];
    }
    return list.value.map((value: unknown, i) =>
      this.copy({ ...list, pointer: childPointer(list.pointer, i), value }, how),
    );
  }

  private copyMap(key: string, map: LocatedSchema, how: Copying): unknown {
    if (!isMapping(map.value)) return this.invalid(map, "is not a mapping to schemas") && {};
    const entries = Object.entries(map.value).map(([name, value]): [string, unknown] => {
      const at = { ...map, pointer: childPointer(map.pointer, name), value };
      if (key === "patternProperties") this.takePattern(name, at);
      if (key === "properties" && how.direction !== undefined && how.unsent.has(name)) {
        return [name, { [keywords.UNSENT[how.direction]]: true }];
      }
      return [name, this.copy(at, this.within(key, how))];
    });
    return Object.fromEntries(entries);
  }

  private reference(at: LocatedSchema, { direction, unsent }: Copying): string | undefined {
    if (typeof at.value !== "string") {
      this.documents.fault("GW0144", at, "is not a reference: not a text");
      return undefined;
    }
    const target = this.documents.resolve(at.value, at);
    if (target === undefined) return undefined;
    return this.refer(this.add({ ...target, dialect: at.dialect }, direction, unsent));
  }

  private refer(id: SchemaId): SchemaId {
    this.references.get(this.current)?.add(id);
    return id;
  }

  private assertion(key: string, at: LocatedSchema): unknown {
    if (key === "pattern" && typeof at.value === "string") this.takePattern(at.value, at);
    return at.value;
  }

  private takePattern(pattern: string, at: LocatedSchema): void {
    const problem = patternProblem(pattern);
    if (problem === undefined) this.risks.set(this.current, worse(this.risks.get(this.current), riskOf(pattern)));
    else this.documents.fault("GW0142", at, `is not a regular expression: ${problem}`);
  }

  private checkName(key: string, at: LocatedSchema, dialect: Dialect): void {
    if (keywords.ANNOTATIONS.has(key) || key.startsWith("x-")) return;
    const near = nearest(key, keywords.KNOWN);
    if (near === undefined || keywords.KNOWN.includes(key)) return;
    const what = dialect.startsWith("openapi") ? "OpenAPI" : "JSON Schema";
    this.documents.warn("GW0142", at, `\`${key}\` is no keyword of ${what} and has no effect`, `did you mean ${near}?`);
  }

  private invalid(at: LocatedSchema, message: string): true {
    this.documents.fault("GW0142", at, message);
    return true;
  }
}

function withoutNames(required: unknown, names: ReadonlySet<string>): unknown {
  return Array.isArray(required) && names.size > 0 ? required.filter((name: string) => !names.has(name)) : required;
}
