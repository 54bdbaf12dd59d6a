import type { PolicyExchange } from "../../../exchange/policy-exchange.ts";
import type { Consumer } from "../../policy.ts";
import { basicToken, parseUserPassword } from "../basic/credentials.ts";
import { type PasswordAttempt, PasswordChecks } from "../basic/password-checks.ts";
import { CHALLENGES } from "../challenge.ts";
import { identityFields } from "../identity-fields.ts";
import { type CreateMethod, type Proof, type Refusal, refused, SEVERAL_CREDENTIALS } from "../method.ts";
import { AUTHORIZATION, readCredential, SEVERAL } from "../sources.ts";

/** User name and password of a consumer (RFC 7617). */
export const basic: CreateMethod<object> = (_, { consumers, clock, shared }) => {
  const users = usersByName(consumers);
  const checks = shared("authenticate:basic", () => new PasswordChecks(clock));
  return {
    name: "basic",
    sources: [AUTHORIZATION],
    forward: false,
    ...CHALLENGES.basic,
    authenticate(exchange) {
      const login = readLogin(exchange, users);
      if (login === undefined || "kind" in login) return login;
      const outcome = checks.check(login.attempt);
      if (!(outcome instanceof Promise)) return outcome === true ? login.proof : outcome;
      return outcome.then((settled) => (settled === true ? login.proof : settled));
    },
    explain(exchange) {
      const login = readLogin(exchange, users);
      if (login === undefined || "kind" in login) return login;
      if (checks.isRemembered(login.attempt)) return login.proof;
      return { kind: "unknown", reason: "passwords are checked for live traffic only" };
    },
  };
};

interface User {
  readonly stored: string;
  readonly proof: Proof;
}

function usersByName(consumers: readonly Consumer[]): ReadonlyMap<string, User> {
  const users = new Map<string, User>();
  for (const { name, roles, basic: login } of consumers) {
    if (login === undefined) continue;
    const principal = { id: name, consumer: name, roles, scopes: [], claims: {}, method: "basic" };
    const proof: Proof = { kind: "proof", principal, fields: identityFields(principal) };
    users.set(login.username.normalize("NFC"), { stored: login.password, proof });
  }
  return users;
}

/** Somebody's password, to be checked. */
interface Login {
  readonly attempt: PasswordAttempt;
  /** If it is right. */
  readonly proof: Proof;
}

function readLogin({ request }: PolicyExchange, users: ReadonlyMap<string, User>): Login | Refusal | undefined {
  const token = readCredential(request, [AUTHORIZATION], basicToken);
  if (token === undefined) return undefined;
  if (token === SEVERAL) return SEVERAL_CREDENTIALS;
  const sent = parseUserPassword(token);
  if (sent === undefined) return MALFORMED;
  const named = users.get(sent.username);
  // Anybody's: what is worked on for a name that nobody has must take as long as for one that somebody has.
  const user = named ?? users.values().next().value;
  if (user === undefined) return NOBODY;
  const { password } = sent;
  const counts = named !== undefined;
  return { attempt: { password, stored: user.stored, counts, clientIp: request.clientIp }, proof: user.proof };
}

const MALFORMED = refused("the credentials are not a user name and a password in UTF-8");
const NOBODY = refused("no consumer has a password");
