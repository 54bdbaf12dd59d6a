import type { z } from "zod";
import { listenerSchema, type Listener } from "../http/schema.ts";
import { isMapping } from "./config-path.ts";
import { consumerSchema } from "./identity-schema.ts";
import { policiesSchema } from "./policies-schema.ts";
import { type RouteDocument, routeSchema } from "./route-schema.ts";
import { type ConfigDocument, configSchema, type Service, serviceSchema } from "./schema.ts";

/**
 * What can be checked against each other. In a file with mistakes that is every part that can be understood, so that
 * a misspelt key here does not hide an unknown service there. List places are those of the file; what could not be
 * understood is `undefined` in its place.
 */
export interface SoundParts {
  readonly listeners: readonly (Listener | undefined)[];
  readonly admin: number | false | undefined;
  readonly services: ReadonlyMap<string, Service | undefined>;
  readonly consumers: readonly { readonly name: string }[];
  readonly routes: readonly (RouteDocument | undefined)[];
  readonly policies: ConfigDocument["policies"];
  /** Versions of the API; `undefined` if there is no `versioning` that can be understood. */
  readonly versions: readonly string[] | undefined;
  readonly versioning: ConfigDocument["versioning"];
  /** Whether everything was understood: only then is anything *missing* a finding. */
  readonly isWhole: boolean;
}

/** The parts of a config that passed validation. */
export function partsOf(document: ConfigDocument): SoundParts {
  const { listeners, admin, consumers, routes, policies, versioning } = document;
  const services = new Map(Object.entries(document.services));
  const versions = versioning && Object.keys(versioning.versions);
  return { listeners, admin, services, consumers, routes, policies, versions, versioning, isWhole: true };
}

/** The parts of one that did not. */
export function soundPartsOf(input: unknown): SoundParts {
  const root = isMapping(input) ? input : {};
  const services = isMapping(root["services"]) ? Object.entries(root["services"]) : [];
  const versioning = salvage(configSchema.shape.versioning, root["versioning"]);
  return {
    listeners: listOf(root["listeners"]).map((one) => salvage(listenerSchema, one)),
    admin: salvage(configSchema.shape.admin, root["admin"]),
    services: new Map(services.map(([name, one]) => [name, salvage(serviceSchema, one)])),
    consumers: listOf(root["consumers"]).flatMap((one) => salvage(consumerSchema, one) ?? []),
    routes: listOf(root["routes"]).map((one) => salvage(routeSchema, one)),
    policies: salvage(policiesSchema, root["policies"] ?? {}) ?? {},
    versions: versioning && Object.keys(versioning.versions),
    versioning,
    isWhole: false,
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const ROUNDS = 4;

/**
 * Validates a part; what is wrong inside it is left out and the rest tried again, a few times. List entries are never
 * left out, because those after them would change their places.
 */
function salvage<S extends z.ZodType>(schema: S, part: unknown): z.output<S> | undefined {
  let candidate: unknown = part;
  for (let round = 0; round < ROUNDS; round++) {
    const result = schema.safeParse(candidate);
    if (result.success) return result.data;
    if (round === 0) candidate = copy(part);
    if (!result.error.issues.map((issue) => leaveOut(candidate, issue, [])).some(Boolean)) return undefined;
  }
  return undefined;
}

function leaveOut(root: unknown, issue: z.core.$ZodIssue, base: readonly PropertyKey[]): boolean {
  const path = [...base, ...issue.path];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => remove(root, [...path, key])).some(Boolean);
  if (issue.code === "invalid_union") {
    // The branch that would need the least change is worked on; one that wants another type of value is none.
    const branches = issue.errors.filter((branch) => branch.every(isInside));
    const best = branches.toSorted((a, b) => a.length - b.length)[0];
    if (best?.map((inner) => leaveOut(root, inner, path)).some(Boolean) === true) return true;
  }
  return remove(root, path);
}

function isInside(issue: z.core.$ZodIssue): boolean {
  return issue.path.length > 0 || issue.code === "unrecognized_keys";
}

function remove(root: unknown, path: readonly PropertyKey[]): boolean {
  let node = root;
  for (const step of path.slice(0, -1)) node = isMapping(node) || Array.isArray(node) ? node[step as never] : undefined;
  const key = path.at(-1);
  return isMapping(node) && typeof key === "string" && Object.hasOwn(node, key) && delete node[key];
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]));
}
