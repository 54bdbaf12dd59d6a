import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { SyntheticRequest } from "../../gateway/synthetic-request.ts";
import { UsageError } from "../usage-error.ts";

/**
 * A request with the body that `--data` gives: a text, or a file behind "@". Its length is said, and what it is, unless
 * the headers say so: JSON if it is that, or else a form, as for curl.
 *
 * @throws UsageError for a file that cannot be read
 */
export async function withGivenBody(request: SyntheticRequest, data: string, cwd: string): Promise<SyntheticRequest> {
  const body = data.startsWith("@") ? await readGiven(data.slice(1), cwd) : Buffer.from(data);
  const headers = [...(request.headers ?? [])];
  const has = (name: string): boolean => headers.some(([known]) => known.toLowerCase() === name);
  if (!has("content-type")) {
    headers.push(["content-type", isJson(body) ? "application/json" : "application/x-www-form-urlencoded"]);
  }
  if (!has("content-length")) headers.push(["content-length", String(body.length)]);
  return { ...request, headers, body };
}

async function readGiven(file: string, cwd: string): Promise<Buffer> {
  try {
    return await readFile(resolve(cwd, file));
  } catch (error) {
    const why = (error as { code?: unknown }).code === "ENOENT" ? "is not there" : "cannot be read";
    throw new UsageError(`The file ${file} of --data ${why}.`);
  }
}

function isJson(body: Buffer): boolean {
  try {
    return typeof JSON.parse(body.toString()) === "object";
  } catch {
    // What is nearly JSON was meant to be it: the mistake is worth being told of.
    return /^\s*[[{]/.test(body.toString());
  }
}
