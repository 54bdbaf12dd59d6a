import type { DocumentSet, Located } from "../documents/document-set.ts";
import { isMapping, type Mapping, member } from "../documents/json-pointer.ts";
import type { Dialect } from "../schemas/dialect.ts";
import type { SchemaBundle } from "../schemas/schema-bundle.ts";
import type { Operation } from "./operation.ts";
import type { PathItem } from "./path-templates.ts";
import { readBody, readResponses } from "./read-bodies.ts";
import { checkCaptures, readParameters } from "./read-parameters.ts";
import { OpenApiReader, type Part } from "./reader.ts";
import { basePathsOf, hasServers } from "./servers.ts";

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

export interface DocumentOptions {
  /** Read what the document says of responses, too. */
  readonly responses: boolean;
}

/**
 * Reads the paths of an OpenAPI document, with all that they refer to; schemas go into the bundle. `security` is none of
 * this policy's: `authenticate` and `authorize` are what the gateway has for it.
 *
 * @returns `undefined` if it is no OpenAPI document that can be used; faults are in `documents`
 */
export function readOpenApi(
  document: Located,
  documents: DocumentSet,
  bundle: SchemaBundle,
  options: DocumentOptions,
): PathItem[] | undefined {
  const dialect = dialectOf(document, documents);
  if (dialect === undefined) return undefined;
  const reader = new OpenApiReader(documents, bundle, dialect);
  const root = reader.mapping(document, "an OpenAPI document");
  if (root === undefined) return undefined;
  if (root.value["paths"] === undefined) {
    return dialect === "openapi-3.0" ? reader.invalid(root, "has no `paths`") : [];
  }
  const known = new Map<string, string>();
  return reader.childrenOf(root, "paths").flatMap(([template, at]) => {
    if (template.startsWith("x-")) return [];
    if (!template.startsWith("/")) return reader.invalid(at, `the path "${template}" does not begin with "/"`) ?? [];
    const twin = known.get(template.replace(/\{[^{}]*\}/g, "{}"));
    if (twin !== undefined) return reader.invalid(at, `"${template}" is the same path as "${twin}"`) ?? [];
    known.set(template.replace(/\{[^{}]*\}/g, "{}"), template);
    const item = readPathItem(reader, root.value, template, at, options);
    return item === undefined ? [] : [item];
  });
}

function dialectOf(document: Located, documents: DocumentSet): Dialect | undefined {
  const version = member(document.value, "openapi");
  if (typeof version === "string" && /^3\.0\.\d/.test(version)) return "openapi-3.0";
  if (typeof version === "string" && /^3\.1\.\d/.test(version)) return "openapi-3.1";
  if (version !== undefined) {
    const shown = typeof version === "string" ? ` ${version}` : "";
    return documents.fault("GW0143", document, `is OpenAPI${shown}, of which this version knows 3.0 and 3.1`);
  }
  const hint = member(document.value, "swagger") === undefined ? undefined : "convert it to OpenAPI 3";
  return documents.fault("GW0143", document, "is no OpenAPI document: it has no `openapi: 3.…`", hint);
}

function readPathItem(
  reader: OpenApiReader,
  root: Mapping,
  template: string,
  at: Part,
  { responses }: DocumentOptions,
): PathItem | undefined {
  const item = reader.mapping(at, "a path item");
  if (item === undefined) return undefined;
  const operations = new Map<string, Operation>();
  const basePaths = new Set<string>();
  for (const method of METHODS) {
    const part = reader.childOf(item, method);
    if (part === undefined) continue;
    if (!isMapping(part.value)) {
      reader.invalid(part, "is not an operation: not a mapping");
      continue;
    }
    const owner = [part.value, item.value, root].find(hasServers);
    for (const path of basePathsOf(owner?.["servers"])) basePaths.add(path);
    const lists = [reader.childOf(item, "parameters"), reader.childOf(part, "parameters")];
    const parameters = readParameters(reader, lists);
    checkCaptures(reader, part, template, parameters);
    const body = reader.childOf(part, "requestBody");
    operations.set(method.toUpperCase(), {
      name: `${method.toUpperCase()} ${template}`,
      method: method.toUpperCase(),
      parameters,
      body: body && readBody(reader, body),
      responses: responses ? readResponses(reader, part) : [],
    });
  }
  return { template, basePaths: [...basePaths], operations };
}
