import { OWN_CLAIMS } from "../../identity/tokens.ts";
import { UsageError } from "../usage-error.ts";

/** The flag that sets a claim, where there is one. */
const FLAGS: Readonly<Record<string, string>> = {
  sub: "--sub",
  aud: "--aud",
  roles: "--role",
  scope: "--scope",
  exp: "--ttl",
};

/**
 * The claims of `--claim name=value`: the value is JSON where it reads as JSON (3, true, ["a"]), and else a text.
 * @throws UsageError for a claim without a name or value, one given twice, and one that the token has anyway
 */
export function parseClaims(given: readonly string[]): Record<string, unknown> {
  const claims = new Map<string, unknown>();
  for (const text of given) {
    const equals = text.indexOf("=");
    if (equals < 1) throw new UsageError(`--claim takes name=value, not "${text}".`);
    const name = text.slice(0, equals);
    if (claims.has(name))
      throw new UsageError(`The claim ${name} is given twice; a list is written ${name}='["a","b"]'.`);
    if ((OWN_CLAIMS as readonly string[]).includes(name)) {
      const flag = FLAGS[name];
      throw new UsageError(
        `${name} is set ${flag === undefined ? "by gatewayctl itself" : `with ${flag}`}, not as a claim.`,
      );
    }
    claims.set(name, readValue(text.slice(equals + 1)));
  }
  return Object.fromEntries(claims);
}

function readValue(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    // Beyond what a double holds, the digits are worth more than the number.
    if (typeof value === "number" && String(value) !== text) return text;
    return value;
  } catch {
    return text;
  }
}
