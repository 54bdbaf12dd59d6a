import { randomBytes } from "node:crypto";
import { chmod, link, lstat, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { GatewayError } from "../shared/errors/gateway-error.ts";
import { makePrivateJwk, readPrivateJwk, SIGNING_ALGORITHMS, type SigningKey } from "./signing-key.ts";

const fileSchema = z.strictObject({ schemaVersion: z.literal(1), keys: z.array(z.record(z.string(), z.string())) });

/** Where the issuer's private keys are, or will be. */
export function issuerKeyFile(stateDirectory: string): string {
  return join(stateDirectory, "issuer", "keys.json");
}

/**
 * The issuer's keys, one for each of `SIGNING_ALGORITHMS` and in that order; made where there are none yet (folder 0700,
 * file 0600). Of processes that do this at the same time one makes them, and all get the same.
 *
 * @param stateDirectory a folder that is this user's alone
 * @throws GatewayError GW0021 if the file is there and cannot be used
 */
export async function openSigningKeys(stateDirectory: string): Promise<readonly SigningKey[]> {
  const file = issuerKeyFile(stateDirectory);
  const found = await readKeys(file);
  if (found !== undefined) return found;
  await writeKeys(file);
  const keys = await readKeys(file);
  if (keys === undefined) throw unusable(file, "is gone again");
  return keys;
}

async function readKeys(file: string): Promise<SigningKey[] | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  const found = await lstat(file);
  if (!found.isFile()) throw unusable(file, "is not a file");
  if (process.getuid && found.uid !== process.getuid()) throw unusable(file, `belongs to user ${found.uid}`);
  if (process.getuid && (found.mode & 0o077) !== 0) {
    throw unusable(file, `can be read by others (mode ${(found.mode & 0o777).toString(8)})`);
  }
  try {
    const keys = fileSchema.parse(JSON.parse(text)).keys.map(readPrivateJwk);
    return SIGNING_ALGORITHMS.map((algorithm) => {
      const key = keys.find((one) => one.algorithm === algorithm);
      if (key === undefined) throw new Error(`it has no key for ${algorithm}`);
      return key;
    });
  } catch (error) {
    // What zod says spans lines, and JSON.parse quotes the text, which is secret.
    const why = error instanceof z.ZodError || error instanceof SyntaxError ? "it is not a list of keys" : error;
    throw unusable(file, `cannot be used: ${why instanceof Error ? why.message : String(why)}`);
  }
}

async function writeKeys(file: string): Promise<void> {
  const keys = await Promise.all(SIGNING_ALGORITHMS.map(makePrivateJwk));
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    const made = await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    if (made !== undefined) await chmod(dirname(file), 0o700);
    await writeFile(draft, `${JSON.stringify({ schemaVersion: 1, keys })}\n`, { mode: 0o600, flag: "wx" });
    // A link appears with its content and never replaces: whoever comes second finds the first one's keys.
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    throw unusable(file, `cannot be written: ${(error as Error).message}`, error);
  } finally {
    await rm(draft, { force: true });
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw unusable(file, `cannot be read: ${message}`, error);
  }
}

function unusable(file: string, why: string, cause?: unknown): GatewayError {
  return new GatewayError("GW0021", `${file} ${why}.`, { cause });
}
