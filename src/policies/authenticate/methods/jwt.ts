import { resolve } from "node:path";
import type { z } from "zod";
import { CHALLENGES } from "../challenge.ts";
import { discoverKeySet, fetchKeySet } from "../jwt/fetch-keys.ts";
import { FileKeys } from "../jwt/file-keys.ts";
import type { KeySource } from "../jwt/key-source.ts";
import { LocalKeys } from "../jwt/local-keys.ts";
import { RemoteKeys } from "../jwt/remote-keys.ts";
import { TokenVerifier } from "../jwt/verifier.ts";
import { type CreateMethod, SEVERAL_CREDENTIALS, unavailable } from "../method.ts";
import type { jwtSchema } from "../schema.ts";
import { bearerToken, parseSource, readCredential, SEVERAL } from "../sources.ts";
import type { PolicyDeps } from "../../policy.ts";

type JwtOptions = z.output<typeof jwtSchema>;

/** A signed token (RFC 7519), verified with the issuer's keys. One that was verified is remembered until it ends. */
export const jwt: CreateMethod<JwtOptions> = (options, deps) => {
  const sources = options.from.map(parseSource);
  const verifier = verifierFor(options, deps);
  return {
    name: "jwt",
    sources,
    forward: options.forward,
    ...CHALLENGES.bearer,
    authenticate({ request }) {
      const token = readCredential(request, sources, bearerToken);
      if (token === undefined) return undefined;
      if (token === SEVERAL) return SEVERAL_CREDENTIALS;
      return verifier === undefined ? NO_ISSUER : verifier.verify(token);
    },
    explain({ request }) {
      const token = readCredential(request, sources, bearerToken);
      if (token === undefined) return undefined;
      if (token === SEVERAL) return SEVERAL_CREDENTIALS;
      return verifier === undefined ? { kind: "unknown", reason: NO_ISSUER.reason } : verifier.explain(token);
    },
  };
};

const NO_ISSUER = unavailable("the development issuer is not running");

/** Routes with the same options have the same verifier, and so do they after a reload. */
function verifierFor(options: JwtOptions, deps: PolicyDeps): TokenVerifier | undefined {
  const { localIssuer, consumers, wallClock } = deps;
  const issuer = options.issuer === "local" ? localIssuer?.issuer : options.issuer;
  if (issuer === undefined) return undefined;
  // Only the issuer that this config's consumers log in to may say that a subject is one of them.
  const names = issuer === localIssuer?.issuer ? consumers.map(({ name }) => name) : [];
  const { algorithms, audience, clockSkew, rolesClaim, jwks } = options;
  const identity = {
    issuer,
    algorithms,
    audience,
    clockSkew,
    rolesClaim,
    jwks,
    names,
    running: localIssuer !== undefined,
  };
  return deps.shared(`authenticate:jwt:${deps.baseDirectory}:${JSON.stringify(identity)}`, () => {
    const known = new Set(names);
    const consumerOf = (subject: string): string | undefined => (known.has(subject) ? subject : undefined);
    const rules = { issuer, audience, algorithms, rolesClaim, skewSeconds: clockSkew / 1000, consumerOf };
    return new TokenVerifier(rules, keySourceFor(options, issuer, deps), wallClock);
  });
}

function keySourceFor({ issuer, jwks }: JwtOptions, named: string, deps: PolicyDeps): KeySource {
  const { clock, localIssuer, baseDirectory = ".", shared } = deps;
  if (jwks === "local" || (jwks === undefined && issuer === "local")) return new LocalKeys(localIssuer);
  if (jwks === undefined) {
    return shared(`authenticate:discovery:${named}`, () => new RemoteKeys(() => discoverKeySet(named), clock));
  }
  if (/^https?:/i.test(jwks)) {
    return shared(`authenticate:jwks:${jwks}`, () => new RemoteKeys(() => fetchKeySet(jwks), clock));
  }
  const path = resolve(baseDirectory, jwks);
  return shared(`authenticate:keys:${path}`, () => new FileKeys(path, clock));
}
