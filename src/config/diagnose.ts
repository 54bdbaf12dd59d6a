import { checkAuthHoles } from "./checks/check-auth-holes.ts";
import { checkAuth } from "./checks/check-auth.ts";
import { checkCompose } from "./checks/check-compose.ts";
import { checkMirrors } from "./checks/check-mirrors.ts";
import { checkClaims } from "./checks/check-claims.ts";
import { checkPasswords } from "./checks/check-passwords.ts";
import { checkLayerFour } from "./checks/check-layer-four.ts";
import { checkPlainSecrets } from "./checks/check-plain-secrets.ts";
import { checkPorts } from "./checks/check-ports.ts";
import { checkProxyProtocol } from "./checks/check-proxy-protocol.ts";
import { checkReachability } from "./checks/check-reachability.ts";
import { checkReferences } from "./checks/check-references.ts";
import { checkRoutes } from "./checks/check-routes.ts";
import { checkSharedCounts } from "./checks/check-shared-counts.ts";
import { checkServices } from "./checks/check-services.ts";
import { checkTls } from "./checks/check-tls.ts";
import { checkTransforms } from "./checks/check-transforms.ts";
import { checkVersions } from "./checks/check-versions.ts";
import { checkWeights } from "./checks/check-weights.ts";
import { compileConfig } from "./compile.ts";
import type { Config } from "./config.ts";
import { isMapping, isWithin, valueAt } from "./config-path.ts";
import type { Diagnostic, Problem } from "./diagnostic.ts";
import { type Interpolated, interpolate } from "./interpolate.ts";
import { placeAll } from "./place.ts";
import { schemaProblems } from "./schema-problems.ts";
import { type ConfigDocument, configSchema } from "./schema.ts";
import { partsOf, type SoundParts, soundPartsOf } from "./sound-parts.ts";
import type { ConfigSource } from "./source.ts";
import { unsupportedProblems } from "./unsupported.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface Diagnosis {
  readonly diagnostics: Diagnostic[];
  readonly config?: Config;
  /** Places what is found later. */
  place(problems: readonly Problem[]): Diagnostic[];
}

/**
 * Everything that can be said about a source without looking at anything else, and the config ready to run if none of it
 * is an error.
 */
export function diagnose(source: ConfigSource, env: Environment): Diagnosis {
  if (source.value === undefined && source.problems.length > 0) {
    const place = (problems: readonly Problem[]): Diagnostic[] => placeAll(source, problems, []);
    return { diagnostics: place(source.problems), place };
  }
  const { value: input, interpolated, problems: unset } = interpolate(source.value ?? {}, env);
  const { document, input: checked, problems: invalid } = validate(input, interpolated);
  const parts = document === undefined ? soundPartsOf(checked) : partsOf(document);
  // A section that stands twice lacks what the other one has.
  const isComplete = !source.problems.some(({ code, path }) => code === "GW0106" && path.length === 1);
  const found = [
    ...source.problems,
    ...unset,
    // What an unset variable leaves behind is wrong for that reason alone.
    ...checkPlainSecrets(parts, checked, new Set(interpolated.keys())),
    ...[...invalid, ...(isComplete ? crossProblems(parts, checked) : [])].filter(
      ({ path }) => !unset.some((one) => one.code !== "GW0102" && isWithin(path, one.path)),
    ),
    ...unsupportedProblems(checked),
  ];
  const isSound = !found.some(({ severity }) => severity === "error");
  // Beside an error, a service that nobody leads to is most often what the error is about.
  const problems = found.filter(({ code }) => isSound || code !== "GW0115");
  const place = (some: readonly Problem[]): Diagnostic[] => placeAll(source, some, [...interpolated.values()]);
  const diagnostics = place(problems);
  if (document === undefined || !isSound) return { diagnostics, place };
  return { diagnostics, config: compileConfig(document, new Set(interpolated.keys())), place };
}

function crossProblems(parts: SoundParts, input: unknown): Problem[] {
  return [
    ...checkReferences(parts, input),
    ...checkRoutes(parts, input),
    ...checkCompose(parts, input),
    ...checkMirrors(parts),
    ...checkServices(parts, input),
    ...checkLayerFour(parts, input),
    ...checkWeights(parts),
    ...checkPorts(parts, input),
    ...checkVersions(parts),
    ...checkReachability(parts),
    ...checkTls(parts, input),
    ...checkTransforms(parts),
    ...checkAuth(parts, input),
    ...checkAuthHoles(parts),
    ...checkClaims(parts, input),
    ...checkPasswords(input),
    ...checkSharedCounts(parts, input),
    ...checkProxyProtocol(parts, input),
  ];
}

interface Validation {
  readonly document: ConfigDocument | undefined;
  readonly input: unknown;
  readonly problems: readonly Problem[];
}

/**
 * Validates; where that fails on a number or boolean out of a placeholder (a password that is all digits), tries again
 * with it as the text that it is, and keeps that if it is what the key wants.
 */
function validate(input: unknown, interpolated: ReadonlyMap<string, Interpolated>): Validation {
  const result = configSchema.safeParse(input);
  if (result.success) return { document: result.data, input, problems: [] };
  const retyped = [...interpolated.values()].filter((one) => one.retyped);
  const blamed = retyped.filter(({ path }) => result.error.issues.some((issue) => isWithin(path, issue.path as never)));
  if (blamed.length > 0) {
    const asTexts = structuredClone(input);
    for (const { path, text } of blamed) replace(asTexts, path, text);
    const second = configSchema.safeParse(asTexts);
    if (second.success) return { document: second.data, input: asTexts, problems: [] };
    if (second.error.issues.length < result.error.issues.length) {
      const problems = schemaProblems(configSchema, second.error.issues, asTexts);
      return { document: undefined, input: asTexts, problems };
    }
  }
  return { document: undefined, input, problems: schemaProblems(configSchema, result.error.issues, input) };
}

function replace(root: unknown, path: readonly (string | number)[], value: unknown): void {
  const parent = valueAt(root, path.slice(0, -1));
  const key = path.at(-1);
  if (key !== undefined && (isMapping(parent) || Array.isArray(parent)))
    (parent as Record<string, unknown>)[key] = value;
}
