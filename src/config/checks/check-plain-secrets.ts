import { type ConfigPath, formatPath, valueAt } from "../config-path.ts";
import type { Problem } from "../diagnostic.ts";
import type { SoundParts } from "../sound-parts.ts";
import { placedMethods } from "./check-auth.ts";

/** Where a method of `authenticate` has a secret, or a URL that may hold one. */
const SECRETS = [
  ["oauth2", "clientSecret"],
  ["oidc", "clientSecret"],
] as const;
const URLS = [
  ["oauth2", "introspection"],
  ["oidc", "issuer"],
  ["jwt", "issuer"],
  ["jwt", "jwks"],
  ["external", "url"],
] as const;

/**
 * Secrets that stand in the file as they are (GW0128), and not as `${NAME}`. The hashes of API keys and passwords are
 * none: a schema sees to it that they are hashes.
 *
 * @param interpolated formatted paths of values that came from the environment
 */
export function checkPlainSecrets(parts: SoundParts, input: unknown, interpolated: ReadonlySet<string>): Problem[] {
  const isPlain = (path: ConfigPath): boolean => !interpolated.has(formatPath(path));
  const found = placedMethods(parts).flatMap(({ path }) => [
    ...SECRETS.map((steps) => [...path, ...steps]).filter((at) => typeof valueAt(input, at) === "string"),
    ...URLS.map((steps) => [...path, ...steps]).filter((at) => hasPassword(valueAt(input, at))),
  ]);
  if (hasPassword(valueAt(input, ["state"]))) found.push(["state"]);
  return found.filter(isPlain).map(plainSecret);
}

function hasPassword(value: unknown): boolean {
  return typeof value === "string" && URL.canParse(value) && new URL(value).password !== "";
}

/** The value is never repeated. */
function plainSecret(path: ConfigPath): Problem {
  const key = path.at(-1);
  const message = `\`${key}\` holds a secret in plain text`;
  const hint = "write the secret as ${NAME}, and set NAME in the environment or in .env";
  return { code: "GW0128", severity: "warning", path, at: "key", message, hint };
}
