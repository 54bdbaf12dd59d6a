import { DocumentSet, type Located } from "./documents/document-set.ts";
import type { DocumentFault } from "./documents/fault.ts";
import type { UsableSchema } from "./openapi/operation.ts";
import { PathTemplates } from "./openapi/path-templates.ts";
import { readOpenApi } from "./openapi/read-document.ts";
import type { ValidateOptions } from "./schema.ts";
import { SchemaBundle, type SchemaId } from "./schemas/schema-bundle.ts";
import { Shape } from "./schemas/shape.ts";
import { Validators } from "./schemas/validators.ts";

/** The keys of `validate` that say what requests must be. */
export const SUBJECTS = ["openapi", "body", "query", "headers", "params"] as const;
export type Subject = (typeof SUBJECTS)[number];

/** What requests must be, compiled. */
export interface Contract {
  /** Of the OpenAPI document. */
  readonly templates: PathTemplates | undefined;
  readonly schemas: Readonly<Partial<Record<Exclude<Subject, "openapi">, UsableSchema>>>;
  readonly validators: Validators;
}

/** What came of reading all that one `validate` names. */
export interface LoadedContract {
  /** Absent if there is an error among the faults. */
  readonly contract: Contract | undefined;
  readonly faults: readonly (DocumentFault & { readonly subject: Subject })[];
  /** What each file said, by its path. */
  readonly texts: ReadonlyMap<string, string>;
}

type Sources = Pick<ValidateOptions, Subject | "basePath" | "responses">;

/**
 * Reads and compiles the schemas and the OpenAPI document of a `validate`, at once: who comes later need not wait.
 *
 * @param base the folder that file names are relative to
 * @param everything compile what is for responses, too, which is otherwise done when there is one
 */
export function loadContract(options: Sources, base: string, everything = false): LoadedContract {
  const documents = new DocumentSet(base);
  const bundle = new SchemaBundle(documents);
  const validators = new Validators(bundle);
  const faults: (DocumentFault & { subject: Subject })[] = [];
  const schemas: Partial<Record<Subject, UsableSchema>> = {};
  let templates: PathTemplates | undefined;
  for (const subject of SUBJECTS) {
    const source = options[subject];
    if (source === undefined) continue;
    const root = typeof source === "string" ? documents.openFirst(source) : documents.inline(source);
    if (root !== undefined && subject === "openapi") {
      const withResponses = { responses: options.responses === "warn" };
      const items = readOpenApi(root, documents, bundle, withResponses);
      templates = items && new PathTemplates(items, options.basePath);
    } else if (root !== undefined) {
      schemas[subject] = usable(root, bundle);
    }
    validators.checkSchemas(documents);
    faults.push(...documents.faults.splice(0).map((fault) => ({ ...fault, subject })));
  }
  const isSound = !faults.some(({ severity }) => severity === "error");
  if (isSound) validators.compile(idsOf(bundle, everything));
  const contract = isSound ? { templates, schemas, validators } : undefined;
  return { contract, faults, texts: documents.texts };
}

function usable(root: Located, bundle: SchemaBundle): UsableSchema {
  const id = bundle.add({ ...root, dialect: "2020-12" });
  return { id, shape: new Shape(bundle.schemas, [{ $ref: id }]) };
}

function idsOf(bundle: SchemaBundle, everything: boolean): SchemaId[] {
  return [...bundle.schemas.keys()].filter((id) => everything || bundle.directionOf(id) !== "response");
}
