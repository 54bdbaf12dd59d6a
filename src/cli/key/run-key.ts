import { randomBytes } from "node:crypto";
import { hashApiKey, hashPassword } from "../../shared/credentials.ts";
import type { CommandContext } from "../context.ts";
import { UsageError } from "../usage-error.ts";
import { writeJson } from "../ui/json.ts";
import { readPassword } from "./read-password.ts";

export interface KeyArgs {
  readonly name?: string;
  readonly password?: true;
  readonly json?: true;
}

/** Where a password comes from, for tests. */
export type PasswordReader = (ctx: CommandContext) => Promise<string>;

/**
 * `gatewayctl key`: key or hash on stdout, with the lines for the config; what to do with them on stderr.
 * @throws UsageError without a name where one is needed, or without a password
 */
export async function runKey(ctx: CommandContext, args: KeyArgs, read: PasswordReader = readPassword): Promise<number> {
  const { name } = args;
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (name !== undefined && /^\s*$|[\u0000-\u001f\u007f]/.test(name)) {
    throw new UsageError("A consumer's name is not empty and has no control characters.");
  }
  if (args.password) return hashOne(ctx, args, read);
  if (name === undefined) {
    throw new UsageError("Whose key is it? It is called as: gatewayctl key NAME, or gatewayctl key --password [NAME]");
  }
  const key = makeApiKey();
  const hash = hashApiKey(key);
  if (args.json) {
    writeJson(ctx.stdout, { name, key, hash, consumer: { name, apiKeys: [hash] } });
    return 0;
  }
  ctx.stderr.write(`The key of ${name}. It is shown this once and kept nowhere; the config keeps its hash.\n`);
  ctx.stdout.write(`${key}\n\n`);
  ctx.stderr.write("Under `consumers:`\n");
  ctx.stdout.write(`  - name: ${yamlText(name)}\n    apiKeys: ["${hash}"]\n`);
  return 0;
}

/** A key with 256 bits of chance. The prefix tells people, and scanners of repositories, what they have found. */
export function makeApiKey(): string {
  return `gw_${randomBytes(32).toString("base64url")}`;
}

async function hashOne(ctx: CommandContext, { name, json }: KeyArgs, read: PasswordReader): Promise<number> {
  if (name?.includes(":")) throw new UsageError("A user name has no colon (RFC 7617 section 2).");
  const password = await read(ctx);
  if (password === "") throw new UsageError("There is no password on standard input.");
  const hash = await hashPassword(password);
  if (json) {
    writeJson(ctx.stdout, { ...(name === undefined ? {} : { username: name }), password: hash });
    return 0;
  }
  ctx.stderr.write("Under `basic:` of the consumer\n");
  if (name !== undefined) ctx.stdout.write(`username: ${yamlText(name)}\n`);
  ctx.stdout.write(`password: "${hash}"\n`);
  return 0;
}

/** Plain where YAML reads it as the text that it is, and in quotes elsewhere; JSON's quotes are YAML's. */
function yamlText(text: string): string {
  const isPlain = /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}
