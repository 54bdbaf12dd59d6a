import { openDevelopmentIssuer } from "../../identity/development-issuer.ts";
import type { SigningKey } from "../../identity/signing-key.ts";
import { type MintedToken, mintAccessToken } from "../../identity/tokens.ts";
import { stateDirectory } from "../../processes/state-directory.ts";
import { type Millis, systemWallClock } from "../../shared/clock.ts";
import { formatDuration } from "../../shared/duration.ts";
import type { CommandContext } from "../context.ts";
import { writeJson } from "../ui/json.ts";
import { parseClaims } from "./claims.ts";
import { type ConfigFacts, readConfigFacts } from "./config-facts.ts";

export interface TokenArgs {
  readonly sub: string;
  readonly role?: readonly string[];
  readonly scope?: readonly string[];
  readonly aud?: readonly string[];
  readonly ttl?: Millis;
  readonly claim?: readonly string[];
  readonly alg?: string;
  readonly config?: string;
  readonly json?: true;
}

const HOUR: Millis = 3_600_000;

/** `gatewayctl token`: the token on stdout, what is in it on stderr. */
export async function runToken(ctx: CommandContext, args: TokenArgs): Promise<number> {
  const claims = parseClaims(args.claim ?? []);
  const facts = await readConfigFacts(ctx, args);
  const issuer = await openDevelopmentIssuer(stateDirectory(ctx.env));
  const key = (issuer.signingKey(args.alg ? [args.alg] : facts.algorithms) ?? issuer.signingKey()) as SigningKey;
  const request = {
    subject: args.sub,
    audience: args.aud ?? facts.audience,
    roles: args.role ?? facts.roles,
    // One flag may hold several, as the claim does.
    scopes: (args.scope ?? []).flatMap((text) => text.split(" ").filter(Boolean)),
    lifetime: args.ttl ?? HOUR,
    claims,
  };
  const minted = await mintAccessToken(issuer, key, request, systemWallClock.now());
  if (args.json) {
    const { token, algorithm, kid } = minted;
    writeJson(ctx.stdout, { token, algorithm, kid, expiresAt: expiry(minted), claims: minted.claims });
    return 0;
  }
  explain(ctx, minted, request, facts);
  ctx.stdout.write(`${minted.token}\n`);
  return 0;
}

interface Shown {
  readonly subject: string;
  readonly audience: readonly string[];
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly lifetime: Millis;
  readonly claims: Readonly<Record<string, unknown>>;
}

function explain({ stderr }: CommandContext, minted: MintedToken, shown: Shown, facts: ConfigFacts): void {
  const { subject, audience, roles, scopes, lifetime, claims } = shown;
  const others = Object.keys(claims);
  const parts = [
    `token for ${subject}`,
    roles.length === 0 ? "no roles" : `${plural(roles, "role")} ${roles.join(", ")}`,
    ...(scopes.length === 0 ? [] : [`${plural(scopes, "scope")} ${scopes.join(" ")}`]),
    audience.length === 0 ? "no audience" : `audience ${audience.join(", ")}`,
    ...(others.length === 0 ? [] : [`${plural(others, "claim")} ${others.join(", ")}`]),
  ];
  stderr.write(`${parts.join("; ")}\n`);
  stderr.write(`good for ${formatDuration(lifetime)}, until ${expiry(minted)}; signed with ${minted.algorithm}\n`);
  for (const note of facts.notes) stderr.write(`${note}\n`);
}

function expiry({ claims }: MintedToken): string {
  return new Date(Number(claims["exp"]) * 1000).toISOString().replace(".000Z", "Z");
}

function plural(list: readonly unknown[], word: string): string {
  return list.length === 1 ? word : `${word}s`;
}
