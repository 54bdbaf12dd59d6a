import type { z } from "zod";
import { nearest } from "../shared/nearest.ts";
import type { ErrorCode } from "../shared/errors/table.ts";
import { ERRORS } from "../shared/errors/table.ts";
import { type ConfigPath, formatPath, isMapping, isWithin, valueAt } from "./config-path.ts";
import type { Problem } from "./diagnostic.ts";
import { sentence } from "./sentence.ts";
import { keysAt, placesOf } from "./vocabulary.ts";

type Issue = z.core.$ZodIssue;
type UnionIssue = Extract<Issue, { code: "invalid_union" }>;

/** Turns what Zod found into findings that a person can act on. `input` is the value that was validated. */
export function schemaProblems(schema: z.core.$ZodType, issues: readonly Issue[], input: unknown): Problem[] {
  const problems = issues.flatMap((issue) => translate({ schema, input }, issue, []));
  return problems.filter(
    (missing) => missing.code !== "GW0104" || !problems.some((one) => isMisspelling(one, missing)),
  );
}

/** A key that is missing because it is misspelt is reported once. */
function isMisspelling(unknown: Problem, missing: Problem): boolean {
  if (unknown.code !== "GW0102" || unknown.path.length !== missing.path.length) return false;
  if (!isWithin(unknown.path, missing.path.slice(0, -1))) return false;
  return nearest(String(unknown.path.at(-1)), [String(missing.path.at(-1))]) !== undefined;
}

interface Context {
  readonly schema: z.core.$ZodType;
  readonly input: unknown;
}

function translate(context: Context, issue: Issue, base: ConfigPath): Problem[] {
  const path: ConfigPath = [...base, ...(issue.path as (string | number)[])];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(context, path, key));
  if (issue.code === "invalid_union") return translateUnion(context, issue, path);
  if (issue.code === "invalid_key") return [invalidKey(issue, path)];
  const { code, hint } = parameters(issue);
  if (code === undefined && valueAt(context.input, path) === undefined && isMissing(issue)) {
    return [missingKey(path, issue.message)];
  }
  const message = `${subject(path)} ${sentence(issue, valueAt(context.input, path))}`;
  return [{ code: code ?? "GW0103", severity: "error", path, at: "value", message, hint }];
}

/** What a schema adds to its own issues: which code of the table it is, and what to do. */
function parameters(issue: Issue): { code: ErrorCode | undefined; hint: string | undefined } {
  const params: Record<string, unknown> = issue.code === "custom" ? (issue.params ?? {}) : {};
  const code = params["code"] ?? params["errorCode"];
  const hint = params["hint"];
  return {
    code: typeof code === "string" && Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : undefined,
    hint: typeof hint === "string" ? hint : undefined,
  };
}

function isMissing(issue: Issue): boolean {
  return issue.code === "invalid_type" || issue.code === "invalid_value" || issue.code === "invalid_union";
}

function missingKey(path: ConfigPath, message: string): Problem {
  const missing = { code: "GW0104", severity: "error", path, at: "key" } as const;
  const key = path.at(-1);
  if (typeof key !== "string") return { ...missing, message: `${subject(path)} is missing` };
  const hint = message.startsWith("must be ") ? `write ${key}: ${message.slice("must be ".length)}` : undefined;
  const parent = path.slice(0, -1);
  const text = parent.length > 0 ? `${subject(parent)} needs \`${key}\`` : `\`${key}\` is missing`;
  return { ...missing, message: text, hint };
}

function unknownKey(context: Context, parent: ConfigPath, key: string): Problem {
  const path = [...parent, key];
  const where = parent.length === 0 ? "at the top" : `in ${formatPath(parent)}`;
  const message = `\`${key}\` is not a key ${where}`;
  return { code: "GW0102", severity: "error", path, at: "key", message, hint: keyHint(context, parent, key) };
}

function keyHint(context: Context, parent: ConfigPath, key: string): string | undefined {
  const known = keysAt(context.schema, parent);
  const given = valueAt(context.input, parent);
  // A key that stands there already is not what was meant by the other one.
  const free = known.filter((name) => !isMapping(given) || !Object.hasOwn(given, name));
  if (known.includes(key)) return "it belongs to another form of this section, not to the one written here";
  const close = nearest(key, free);
  if (close !== undefined) return `did you mean \`${close}\`?`;
  const places = placesOf(context.schema, key);
  const best = places.find((place) => place === "") ?? places[0];
  if (best !== undefined) return best === "" ? `\`${key}\` belongs at the top` : `\`${key}\` belongs under ${best}`;
  const empty = emptyBefore(given, key);
  if (empty !== undefined) return `does \`${key}\` belong to \`${empty}\`, which is empty? Then indent it`;
  return known.length === 0 || known.length > 16 ? undefined : `known here: ${known.join(", ")}`;
}

/** The key above, where nothing stands: what was meant to be in it was not indented. */
function emptyBefore(given: unknown, key: string): string | undefined {
  if (!isMapping(given)) return undefined;
  const keys = Object.keys(given);
  const above = keys[keys.indexOf(key) - 1];
  return above !== undefined && given[above] === null ? above : undefined;
}

function invalidKey(issue: Extract<Issue, { code: "invalid_key" }>, path: ConfigPath): Problem {
  const reason = issue.issues[0]?.message ?? "is not a name";
  const message = `the name \`${String(path.at(-1))}\` ${reason}`;
  return { code: "GW0103", severity: "error", path, at: "key", message };
}

/**
 * A union fails in every branch; what helps is the branch that was meant. That is the one whose own type took the value,
 * of several the one with the fewest complaints; if none did, the sentence of the union itself.
 */
function translateUnion(context: Context, issue: UnionIssue, path: ConfigPath): Problem[] {
  const value = valueAt(context.input, path);
  if (value === undefined) return [missingKey(path, issue.message)];
  const meant = issue.errors
    .filter((branch) => branch.length > 0 && !branch.some(isOfOtherType))
    .map((branch) => ({ branch, cost: branch.reduce((sum, inner) => sum + costOf(inner), 0) }))
    .sort((a, b) => a.cost - b.cost);
  const best = meant[0];
  if (best === undefined) {
    const empty = value === null ? "; nothing stands here" : "";
    const message = `${subject(path)} ${sentence(issue, value)}${empty}`;
    const close = typeof value === "string" ? nearest(value, wordsOf(issue)) : undefined;
    const hint = close === undefined ? undefined : `did you mean \`${close}\`?`;
    return [{ code: "GW0103", severity: "error", path, at: "value", message, hint }];
  }
  return best.branch.flatMap((inner) => translate(context, inner, path));
}

/** The words that some branch takes. */
function wordsOf(issue: UnionIssue): string[] {
  return issue.errors.flat().flatMap((inner) => {
    if (inner.code === "invalid_union") return wordsOf(inner);
    return inner.code === "invalid_value" && inner.path.length === 0 ? inner.values.map(String) : [];
  });
}

/** The branch wants another type of value altogether: nothing it says about the inside is of use. */
function isOfOtherType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_union") return issue.errors.every((branch) => branch.some(isOfOtherType));
  return issue.code === "invalid_type" || issue.code === "invalid_value";
}

/** An unknown key and a missing one (`{ tcp }` seen as `{ http }`) say that another branch is meant. */
function costOf(issue: Issue): number {
  if (issue.code === "unrecognized_keys") return issue.keys.length;
  const isMissingHere = issue.code === "invalid_type" && issue.message.includes("received undefined");
  return isMissingHere ? 1.5 : 1;
}

/** How the thing is called at the begin of a sentence. */
function subject(path: ConfigPath): string {
  return path.length === 0 ? "the config" : formatPath(path);
}
