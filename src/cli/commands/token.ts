import { parseDuration } from "../../shared/duration.ts";
import { defineCommand } from "../command.ts";
import type { TokenArgs } from "../token/run-token.ts";
import { UsageError } from "../usage-error.ts";

/** Those of `identity/`; a test holds them equal. */
const ALGORITHMS = ["ES256", "RS256", "EdDSA"] as const;

const LONGEST = 3_650 * 86_400_000;

/** `gatewayctl token`: a token of the development issuer. */
export const tokenCommand = defineCommand<TokenArgs>({
  name: "token",
  summary: "Make a development token (JWT)",
  description:
    "Makes a token of the development issuer, which routes with `authenticate: [{ jwt: { issuer: local } }]` take, and " +
    "prints it alone on standard output. No gateway has to run: both use the keys in gatewayctl's state folder. Without " +
    "--aud it is for the audience of the config in this folder, if that has one; a consumer's token has the consumer's " +
    "roles unless others are given.",
  options: [
    { flags: "--sub <name>", summary: "who is calling", default: "developer" },
    { flags: "--role <role>", summary: "a role; may be repeated", repeat: true },
    { flags: "--scope <scope>", summary: "a scope; may be repeated", repeat: true },
    { flags: "--aud <audience>", summary: "whom it is for; may be repeated", repeat: true },
    { flags: "--ttl <duration>", summary: "how long it is good, if not 1h", parse: parseTtl },
    { flags: "--claim <name=value>", summary: "a further claim, as text or JSON; may be repeated", repeat: true },
    { flags: "--alg <algorithm>", summary: "how it is signed", choices: ALGORITHMS },
    { flags: "--config <file>", summary: "the config, if not the one in this folder" },
    { flags: "--json", summary: "print JSON: the token and what is in it" },
  ],
  examples: [
    { command: "gatewayctl token --sub alice --role admin --ttl 1h", shows: "a token, and on stderr what is in it" },
    {
      command: 'curl -H "authorization: Bearer $(gatewayctl token --sub alice)" http://localhost:8080/orders',
      shows: "a request that carries one",
    },
    { command: "gatewayctl token --claim plan=gold --claim level=3", shows: "a token with a text and a number more" },
  ],
  run: async (ctx, args) => {
    const { runToken } = await import("../token/run-token.ts");
    return runToken(ctx, args);
  },
});

function parseTtl(text: string): number {
  const lifetime = parseDuration(text);
  if (lifetime !== undefined && lifetime >= 1_000 && lifetime <= LONGEST) return lifetime;
  throw new UsageError(`--ttl takes a duration from 1s to 3650d, as in 15m or 8h, not "${text}".`);
}
