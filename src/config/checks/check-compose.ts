import { normalizePath, PATH_PROBLEMS, pathProblem } from "../../routing/path.ts";
import { nearest } from "../../shared/nearest.ts";
import { findCircle, neededParts } from "../compose/part-graph.ts";
import { holesOf, parsePartTemplate, type PartTemplate, type TemplateHole } from "../compose/part-template.ts";
import type { ComposedPart } from "../compose/schema.ts";
import { type ConfigPath, formatPath, isMapping, valueAt } from "../config-path.ts";
import { type Problem, problem } from "../diagnostic.ts";
import { effectivePolicies } from "../effective-policies.ts";
import type { RouteDocument } from "../route-schema.ts";
import type { SoundParts } from "../sound-parts.ts";
import { commonCaptures } from "./check-routes.ts";

/** More would be a slip, or a service's work. */
const MOST_PARTS = 32;

/** What a template may name. */
interface Names {
  readonly captures: readonly string[];
  readonly parts: readonly string[];
  /** Does the route know its callers? */
  readonly authenticates: boolean;
}

/** Compositions: templates that name what there is (GW0148), no circles (GW0149), and parts that can be relied on (GW0150). */
export function checkCompose(parts: SoundParts, input: unknown): Problem[] {
  return parts.routes.flatMap((route, i) => {
    if (route?.compose === undefined) return [];
    return checkRoute(parts, route, route.compose, ["routes", i], input);
  });
}

function checkRoute(
  sound: SoundParts,
  route: RouteDocument,
  compose: Readonly<Record<string, ComposedPart>>,
  route$: ConfigPath,
  input: unknown,
): Problem[] {
  const path = [...route$, "compose"];
  const written = valueAt(input, path);
  // A part with a mistake inside is still one that others may name.
  const names = Object.keys(isMapping(written) ? written : compose);
  if (names.length === 0) return [problem("GW0103", path, `${formatPath(path)} needs a part`)];
  if (names.length > MOST_PARTS) {
    return [problem("GW0103", path, `${formatPath(path)} has ${names.length} parts; there may be ${MOST_PARTS}`)];
  }
  const policies = effectivePolicies(sound.policies, route.policies);
  const known: Names = {
    captures: commonCaptures(route),
    parts: names,
    // Where something could not be understood, it may be the policy.
    authenticates: !sound.isWhole || policies.some(({ slot }) => slot === "authenticate"),
  };
  return [
    ...Object.entries(compose).flatMap(([name, part]) => [
      ...checkTemplates(part, known, [...path, name]),
      ...checkKeys(part, route, [...path, name], input),
    ]),
    ...checkCircle(compose, path),
    ...checkNeeds(compose, path),
  ];
}

function checkTemplates(part: ComposedPart, known: Names, path: ConfigPath): Problem[] {
  return [
    ...checkTemplate(part.path, known, [...path, "path"], pathFault),
    ...Object.entries(part.headers).flatMap(([name, text]) => checkTemplate(text, known, [...path, "headers", name])),
  ];
}

function checkTemplate(
  text: string,
  known: Names,
  path: ConfigPath,
  whole: (template: PartTemplate) => string | undefined = () => undefined,
): Problem[] {
  const template = parsePartTemplate(text);
  if ("fault" in template) return [problem("GW0148", path, template.fault, HINT)];
  const holes = holesOf(template).flatMap((hole) => holeProblem(hole, known, path) ?? []);
  const fault = whole(template);
  return fault === undefined ? holes : [...holes, problem("GW0148", path, fault)];
}

const HINT = "{NAME}, {query.NAME}, {header.NAME}, {claim.NAME}, {consumer}, {PART.body.FIELD} or {PART.status}";

function holeProblem({ text, source }: TemplateHole, known: Names, path: ConfigPath): Problem | undefined {
  switch (source.kind) {
    case "capture":
      if (known.captures.includes(source.name)) return undefined;
      return problem("GW0148", path, `{${text}} is not captured by the route's path`, captureHint(source.name, known));
    case "body":
    case "status":
      if (known.parts.includes(source.part)) return undefined;
      return problem("GW0148", path, `{${text}} names no part of this composition`, partHint(source.part, known));
    case "consumer":
    case "claim":
      if (known.authenticates) return undefined;
      return problem("GW0148", path, `{${text}} is never known: the route has no \`authenticate\``);
    case "query":
    case "header":
      return undefined;
  }
}

function captureHint(name: string, { captures, parts }: Names): string {
  if (parts.includes(name)) return `of the part ${name}, say which field: {${name}.body.…}`;
  if (captures.length === 0) return `the route's path has no captures; a parameter of the query is {query.${name}}`;
  return `captured in every match: ${captures.join(", ")}`;
}

function partHint(name: string, { parts }: Names): string {
  const close = nearest(name, parts);
  return close === undefined ? `parts: ${parts.join(", ")}` : `did you mean \`${close}\`?`;
}

/** A path that no request may have, whatever is filled in. */
function pathFault(template: PartTemplate): string | undefined {
  const filled = template.map((piece) => (typeof piece === "string" ? piece : "x")).join("");
  const path = filled.replace(/\?.*$/s, "");
  if (normalizePath(path) !== undefined) return undefined;
  return `the path ${PATH_PROBLEMS[pathProblem(path) ?? "not-ascii"]}`;
}

function checkKeys(part: ComposedPart, route: RouteDocument, path: ConfigPath, input: unknown): Problem[] {
  const written = valueAt(input, path);
  const given = (key: string): boolean => isMapping(written) && written[key] !== undefined;
  const found: Problem[] = [];
  if (part.fallback !== undefined && given("optional") && !part.optional) {
    found.push(conflict([...path, "fallback"], "a part with a `fallback` is optional", "remove `optional: false`"));
  }
  if (given("pass") && (part.optional || part.fallback !== undefined)) {
    found.push(conflict([...path, "pass"], "`pass` means nothing for an optional part", "remove one"));
  }
  if (part.timeout !== undefined && route.timeout !== undefined && part.timeout > route.timeout) {
    found.push(conflict([...path, "timeout"], "the part's `timeout` is longer than the route's", "make it shorter"));
  }
  return found;
}

function conflict(path: ConfigPath, message: string, hint: string): Problem {
  return { code: "GW0111", severity: "error", path, at: "key", message, hint };
}

function checkCircle(compose: Readonly<Record<string, ComposedPart>>, path: ConfigPath): Problem[] {
  const circle = findCircle(compose);
  const [first] = circle ?? [];
  if (circle === undefined || first === undefined) return [];
  const message =
    circle.length === 1
      ? `the part \`${first}\` needs its own answer`
      : `parts wait for each other: ${[...circle, first].join(" → ")}`;
  return [problem("GW0149", [...path, first, "path"], message, "take one of the {PART.…} out")];
}

function checkNeeds(compose: Readonly<Record<string, ComposedPart>>, path: ConfigPath): Problem[] {
  const unsure = (name: string): boolean => compose[name]?.optional === true && compose[name].fallback === undefined;
  return Object.entries(compose).flatMap(([name, part]): Problem[] => {
    if (part.optional || part.fallback !== undefined) return [];
    const needed = neededParts(part).find((other) => Object.hasOwn(compose, other) && unsure(other));
    if (needed === undefined) return [];
    const message = `\`${name}\` cannot be left out and needs \`${needed}\`, which is optional`;
    const hint = `give \`${needed}\` a fallback, or make \`${name}\` optional, too`;
    return [{ code: "GW0150", severity: "warning", path: [...path, name], at: "key", message, hint }];
  });
}
