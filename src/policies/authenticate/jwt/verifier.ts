import type { Principal } from "../../../exchange/principal.ts";
import { readClaim } from "../../../routing/claims.ts";
import type { Clock } from "../../../shared/clock.ts";
import { Lanes } from "../basic/lanes.ts";
import { identityFields } from "../identity-fields.ts";
import { type Proof, type Refusal, refused, unavailable, type Unknown } from "../method.ts";
import { ALGORITHMS } from "./algorithms.ts";
import { claimsProblem, type ClaimRules } from "./claims.ts";
import { type CompactToken, parseCompact } from "./compact.ts";
import { findKeys, type KeySet, type VerificationKey } from "./key-set.ts";
import type { KeySource } from "./key-source.ts";
import type { JsonObject } from "./strict-json.ts";
import { TokenCache } from "./token-cache.ts";

/** What tokens a verifier takes. */
export interface TokenRules extends ClaimRules {
  readonly algorithms: readonly string[];
  /** Where roles are: a claim's name, or a path of names with dots between. */
  readonly rolesClaim: string;
  /** The consumer that a subject of this issuer is, if it is one. */
  consumerOf(subject: string): string | undefined;
}

type Outcome = Proof | Refusal;

/** The token's key is not among those that are known: others may be by now. */
const UNKNOWN_KEY = Symbol("unknown key");

/** Verifies tokens of one issuer, and remembers those that were good until they end. */
export class TokenVerifier {
  private readonly rules: TokenRules;
  private readonly source: KeySource;
  private readonly wallClock: Clock;
  private readonly cache = new TokenCache();

  constructor(rules: TokenRules, source: KeySource, wallClock: Clock) {
    this.rules = rules;
    this.source = source;
    this.wallClock = wallClock;
  }

  /** At once, but where keys have to be fetched. Never throws. */
  verify(token: string): Outcome | Promise<Outcome> {
    const keys = this.source.current();
    const known = this.cache.get(token);
    if (known !== undefined && keys !== undefined) {
      const stillSigned = known.keys === keys || keys.identities.has(known.identity);
      if (stillSigned && this.wallClock.now() < known.until) return known.proof;
      this.cache.delete(token);
    }
    const read = this.read(token);
    if ("kind" in read) return read;
    if (keys === undefined) return this.verifyLater(token, read);
    const outcome = this.check(token, read, keys);
    if (outcome !== UNKNOWN_KEY) return outcome;
    const again = this.source.lookAgain();
    return again === undefined ? KEY_NOT_KNOWN : again.then((newer) => this.conclude(token, read, newer));
  }

  /** What `verify` would say, with what is known now. */
  explain(token: string): Outcome | Unknown {
    const read = this.read(token);
    if ("kind" in read) return read;
    const keys = this.source.known();
    if (keys === undefined) return { kind: "unknown", reason: this.source.problem };
    const outcome = this.check(token, read, keys, false) as Outcome | typeof UNKNOWN_KEY;
    if (outcome !== UNKNOWN_KEY) return outcome;
    return { kind: "unknown", reason: "the token's key is not among those that are known now" };
  }

  private async verifyLater(token: string, read: CompactToken): Promise<Outcome> {
    return this.conclude(token, read, await this.source.load());
  }

  private conclude(token: string, read: CompactToken, keys: KeySet | undefined): Outcome | Promise<Outcome> {
    if (keys === undefined) return NO_KEYS;
    const outcome = this.check(token, read, keys);
    return outcome === UNKNOWN_KEY ? KEY_NOT_KNOWN : outcome;
  }

  /** All that needs no key: an expired token costs no signature check, however often it comes. */
  private read(token: string): CompactToken | Refusal {
    const read = parseCompact(token);
    if (typeof read === "string") return refused(read);
    const problem =
      headerProblem(read.header, this.rules.algorithms) ??
      claimsProblem(read.claims, this.rules, this.wallClock.now() / 1000);
    return problem === undefined ? read : refused(problem);
  }

  /** With `remember: false` always at once. */
  private check(
    token: string,
    read: CompactToken,
    keys: KeySet,
    remember = true,
  ): Outcome | typeof UNKNOWN_KEY | Promise<Outcome> {
    const { alg, kid } = read.header as { readonly alg: string; readonly kid?: string };
    const candidates = findKeys(keys, alg, kid);
    if (candidates === undefined) return UNKNOWN_KEY;
    if (candidates.length === 0) {
      return refused(
        kid === undefined
          ? "the token does not say which key it is signed with"
          : "the token's key is not for its algorithm",
      );
    }
    const verifyLater = ALGORITHMS.get(alg)?.verifyLater;
    if (verifyLater !== undefined && remember) {
      const work = SLOW_CHECKS.run(async () => {
        for (const key of candidates) if (await verifyLater(key.key, read.signed, read.signature)) return key;
        return undefined;
      });
      return work?.then((key) => this.settle(token, read, keys, key)) ?? BUSY;
    }
    const key = candidates.find((candidate) => isSignedBy(candidate, alg, read));
    return this.settle(token, read, keys, key, remember);
  }

  /** @param key that has signed it; `undefined` if none has */
  private settle(
    token: string,
    read: CompactToken,
    keys: KeySet,
    key: VerificationKey | undefined,
    remember = true,
  ): Outcome {
    if (key === undefined) return refused("the token's signature is wrong");
    const proof = this.prove(read.claims);
    if (remember) {
      const until = ((read.claims["exp"] as number) + this.rules.skewSeconds) * 1000;
      // A text of its own: what was cut out of a request's head would keep all of it.
      const copy = Buffer.from(token, "latin1").toString("latin1");
      this.cache.set({ token: copy, proof, until, keys, identity: key.identity });
    }
    return proof;
  }

  private prove(claims: JsonObject): Proof {
    const subject = [claims["sub"], claims["client_id"], claims["azp"]].find((name) => typeof name === "string") ?? "";
    const consumer = this.rules.consumerOf(subject);
    const principal: Principal = {
      id: consumer ?? subject,
      consumer,
      roles: rolesOf(readClaim(claims, this.rules.rolesClaim)),
      scopes: scopesOf(claims),
      claims,
      method: "jwt",
    };
    return { kind: "proof", principal, fields: identityFields(principal) };
  }
}

/** Signatures that are slow to verify, of all routes together: two of Node's four threads, the rest for files and names. */
const SLOW_CHECKS = new Lanes(2, 128);
const BUSY = unavailable("too many tokens are being verified");
const KEY_NOT_KNOWN = refused("the token is signed with a key that is not known");
const NO_KEYS = unavailable("the keys that tokens are verified with are not available");

/**
 * `jku`, `jwk`, `x5u` and `x5c` are not looked at: keys come from the config alone. An extension that is critical is not
 * understood (RFC 7515 section 4.1.11), whichever it is. `typ` may say JWT or access token (RFC 9068), not another use.
 */
function headerProblem(header: JsonObject, algorithms: readonly string[]): string | undefined {
  const { alg, kid, typ } = header;
  if (typeof alg !== "string" || !algorithms.includes(alg) || !ALGORITHMS.has(alg)) {
    return "the token's algorithm is not one that is taken";
  }
  if (Object.hasOwn(header, "crit") || Object.hasOwn(header, "b64")) return "the token asks for an unknown extension";
  if (Object.hasOwn(header, "kid") && typeof kid !== "string") return "the token's kid is not a text";
  if (typ !== undefined && !(typeof typ === "string" && /^(?:application\/)?(?:at\+)?jwt$/i.test(typ))) {
    return "the token's typ is another one than JWT";
  }
  return undefined;
}

function isSignedBy({ key }: VerificationKey, alg: string, { signed, signature }: CompactToken): boolean {
  try {
    return ALGORITHMS.get(alg)?.verify(key, signed, signature) === true;
  } catch {
    return false;
  }
}

function rolesOf(value: unknown): readonly string[] {
  const roles = Array.isArray(value) ? value : [value];
  return roles.filter((role): role is string => typeof role === "string" && role !== "");
}

/** `scope` is a text with spaces between (RFC 8693 section 4.2); some issuers write `scp`, also as a list. */
function scopesOf({ scope, scp }: JsonObject): readonly string[] {
  const given = scope ?? scp;
  const scopes = Array.isArray(given) ? given : typeof given === "string" ? given.split(" ") : [];
  return scopes.filter((one): one is string => typeof one === "string" && one !== "");
}
