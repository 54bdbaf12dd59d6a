import { hash } from "node:crypto";
import type { z } from "zod";
import type { Consumer } from "../../policy.ts";
import { CHALLENGES } from "../challenge.ts";
import { identityFields } from "../identity-fields.ts";
import { type CreateMethod, type Finding, type Proof, refused, SEVERAL_CREDENTIALS } from "../method.ts";
import type { apiKeySchema } from "../schema.ts";
import { AUTHORIZATION, parseSource, readCredential, SEVERAL } from "../sources.ts";
import type { RequestFacts } from "../../../exchange/request-facts.ts";

/** Longer ones are refused without a look. */
const MOST_KEY_LENGTH = 1024;

/**
 * A key of a consumer. It is known by its SHA-256 alone: what is presented is digested, and the digest looked up. However
 * long the look-up takes tells something of the digest of what was presented, and nothing of any key: comparing is constant
 * in time in effect.
 */
export const apiKey: CreateMethod<z.output<typeof apiKeySchema>> = ({ from }, { consumers }) => {
  const sources = from.map(parseSource);
  const proofs = proofsByHash(consumers);
  const find = ({ request }: { readonly request: RequestFacts }): Finding => {
    const key = readCredential(request, sources, keyOfHeader);
    if (key === undefined) return undefined;
    if (key === SEVERAL) return SEVERAL_CREDENTIALS;
    if (key.length > MOST_KEY_LENGTH) return UNKNOWN_KEY;
    return proofs.get(hash("sha256", key, "hex")) ?? UNKNOWN_KEY;
  };
  return { name: "apiKey", sources, forward: false, ...CHALLENGES.apiKey, authenticate: find, explain: find };
};

const UNKNOWN_KEY = refused("the API key is not known");

/** What `hashApiKey` puts in front; left out here, as putting it there for each request costs as much as half a look-up. */
const PREFIX = "sha256:";

function proofsByHash(consumers: readonly Consumer[]): Map<string, Proof> {
  const proofs = new Map<string, Proof>();
  for (const { name, roles, apiKeys } of consumers) {
    const principal = { id: name, consumer: name, roles, scopes: [], claims: {}, method: "apiKey" };
    const proof: Proof = { kind: "proof", principal, fields: identityFields(principal) };
    for (const known of apiKeys) proofs.set(known.slice(PREFIX.length), proof);
  }
  return proofs;
}

/** In Authorization a key comes after a scheme; any other field is the key. */
function keyOfHeader(value: string, name: string): string | undefined {
  if (name !== AUTHORIZATION.name) return value;
  return /^(?:apikey|bearer) +(.*)$/i.exec(value)?.[1];
}
