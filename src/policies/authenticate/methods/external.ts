import type { z } from "zod";
import type { PolicyExchange } from "../../../exchange/policy-exchange.ts";
import { AuthClient } from "../auth-client.ts";
import { askedFields } from "../forward-auth/asked-fields.ts";
import { judgeAnswer, letsIn, NO_ANSWER } from "../forward-auth/judge-answer.ts";
import { type CreateMethod, type Finding, SEVERAL_CREDENTIALS } from "../method.ts";
import type { externalSchema } from "../schema.ts";
import { AUTHORIZATION, type CredentialSource } from "../sources.ts";

/**
 * Another server decides, as with nginx's auth_request: 2xx lets in, and its chosen fields go on to the endpoint; any other
 * answer below 500 goes to the client. It is asked for every request.
 */
export const external: CreateMethod<z.output<typeof externalSchema>> = ({ url, headers }, { shared }) => {
  const chosen = [...new Set(headers.map((name) => name.toLowerCase()))];
  const client = shared(`authenticate:external:${url}`, () => new AuthClient(url));
  const waiting = new WeakMap<PolicyExchange, AbortController>();
  return {
    name: "external",
    // A client's own of the chosen fields would pass for the service's.
    sources: [AUTHORIZATION, ...chosen.flatMap(spellings).map((name): CredentialSource => ({ in: "header", name }))],
    forward: false,
    challenge: undefined,
    authenticate(exchange) {
      // Another reader might take the other one.
      if (exchange.request.headers.getAll(AUTHORIZATION.name).length > 1) return SEVERAL_CREDENTIALS;
      const controller = new AbortController();
      waiting.set(exchange, controller);
      return askService(client, exchange, chosen, controller);
    },
    abandon(exchange) {
      waiting.get(exchange)?.abort();
    },
    explain: () => ASKED_LIVE,
  };
};

/**
 * The names that an endpoint may take for this one: whoever reads fields as CGI does (RFC 3875 section 4.1.18) makes the same
 * of "-" and "_".
 */
function spellings(name: string): readonly string[] {
  const [first = "", ...others] = name.split(/[-_]/);
  if (others.length > MOST_MARKS) return [name, name.replaceAll("_", "-"), name.replaceAll("-", "_")];
  return others.reduce((all, part) => all.flatMap((start) => [`${start}-${part}`, `${start}_${part}`]), [first]);
}

/** Beyond these only the spellings that anybody would write: there are two for each mark. */
const MOST_MARKS = 4;

const ASKED_LIVE = { kind: "unknown", reason: "the auth service is asked for live traffic only" } as const;

async function askService(
  client: AuthClient,
  exchange: PolicyExchange,
  chosen: readonly string[],
  controller: AbortController,
): Promise<Finding> {
  try {
    const question = { method: "GET", headers: askedFields(exchange), wantsBody: isForClient } as const;
    return judgeAnswer(await client.ask(question, controller), chosen);
  } catch {
    return NO_ANSWER;
  }
}

function isForClient(status: number): boolean {
  return !letsIn(status) && status < 500;
}
