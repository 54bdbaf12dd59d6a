import type { FieldEdits } from "../../exchange/field-edits.ts";
import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { FieldOptions, QueryOptions } from "./schema.ts";
import { editQuery } from "./query.ts";
import { compileTemplate, type Template, type TemplateScope } from "./template.ts";
import { fillTemplate, type Known, octetsOfText } from "./values.ts";

type Templates = readonly (readonly [name: string, template: Template])[];

/** Changes a message's fields. `valuesOf` is what the message has of a name so far, one for each field line. */
export type FieldChange = (valuesOf: (name: string) => readonly string[], edits: FieldEdits, known: Known) => void;

/** Changes a query. */
export type QueryChange = (query: string, known: Known) => string;

/** In the order remove, rename, set, add, whatever order they are written in. */
export function compileFieldChange(options: FieldOptions, scope: Exclude<TemplateScope, "body">): FieldChange {
  const remove = options.remove.map((name) => name.toLowerCase());
  const rename = Object.entries(options.rename).map(([name, to]) => [name.toLowerCase(), to.toLowerCase()] as const);
  const set = compileValues(options.set, scope, true);
  const add = compileValues(options.add, scope, true);
  return (valuesOf, edits, known) => {
    // Values are of the message as it came, whatever is changed here.
    const setTo = set.map(([name, template]) => [name, octetsOfText(fillTemplate(template, known))] as const);
    const added = add.map(([name, template]) => [name, octetsOfText(fillTemplate(template, known))] as const);
    const moved = rename.flatMap(([name, to]) => {
      if (remove.includes(name)) return [];
      const values = valuesOf(name);
      return values.length === 0 ? [] : [{ name, to, values }];
    });
    for (const name of remove) edits.remove(name);
    for (const { name, to } of moved) {
      edits.remove(name);
      edits.remove(to);
    }
    for (const { to, values } of moved) for (const value of values) edits.append(to, value);
    for (const [name, value] of setTo) edits.set(name, value);
    for (const [name, value] of added) edits.append(name, value);
  };
}

export function compileQueryChange(options: QueryOptions): QueryChange {
  const { remove } = options;
  const rename = new Map(Object.entries(options.rename));
  const set = compileValues(options.set, "request", false);
  const add = compileValues(options.add, "request", false);
  const fill = (templates: Templates, known: Known) =>
    templates.map(([name, template]) => [name, fillTemplate(template, known)] as const);
  return (query, known) => editQuery(query, { remove, rename, set: fill(set, known), add: fill(add, known) });
}

function compileValues(values: Readonly<Record<string, string>>, scope: TemplateScope, areFields: boolean): Templates {
  return Object.entries(values).map(([name, text]) => [
    areFields ? name.toLowerCase() : name,
    compileTemplate(text, scope),
  ]);
}

/** Request fields that a response's fields depend on, for its Vary. */
export function fieldsReadBy({ set, add }: FieldOptions): readonly string[] {
  const templates = [...Object.values(set), ...Object.values(add)].map((text) => compileTemplate(text, "response"));
  const names = templates.flatMap(({ pieces }) =>
    pieces.flatMap((piece) => {
      if (typeof piece === "string") return [];
      return piece.source === "header" ? [piece.name] : piece.source === "cookie" ? ["cookie"] : [];
    }),
  );
  return [...new Set(names)];
}

/** What the endpoint would get of a name so far: a credential that was taken off is not to be had by another name. */
export function requestValues({ request: { headers }, requestFields }: PolicyExchange, name: string): string[] {
  const value = requestFields.read(headers, name);
  if (value === undefined) return [];
  return value === headers.get(name) ? headers.getAll(name) : [value];
}
