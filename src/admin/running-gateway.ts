import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { processIdentity } from "../processes/process-identity.ts";

/** The file in a config's state folder by which commands find the gateway that runs. */
export const RUNNING_FILE = "admin.json";

const runningSchema = z.object({
  schemaVersion: z.literal(1),
  /** Of the admin API: http://127.0.0.1:9900. */
  url: z.string().regex(/^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost):\d{1,5}$/),
  pid: z.int().positive(),
  /** When the process started, in the system's own words: a process that got the same number later has another. */
  processStartedAt: z.string(),
  /** ISO 8601. */
  startedAt: z.string(),
  config: z.string(),
  version: z.string(),
});

/** What is written down of a gateway while it runs. */
export type RunningGateway = z.output<typeof runningSchema>;

/** Writes it down (0600) for this process. */
export async function writeRunningGateway(
  stateDirectory: string,
  facts: Pick<RunningGateway, "url" | "startedAt" | "config" | "version">,
): Promise<void> {
  const processStartedAt = (await processIdentity(process.pid))?.startedAt ?? "";
  const record: RunningGateway = { schemaVersion: 1, pid: process.pid, processStartedAt, ...facts };
  const path = join(stateDirectory, RUNNING_FILE);
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
  renameSync(draft, path);
}

/** Removes it, if it is still about this process: another gateway may have started with the same config. */
export function removeRunningGateway(stateDirectory: string, url: string): void {
  const record = readRecord(stateDirectory);
  if (record?.pid === process.pid && record.url === url) rmSync(join(stateDirectory, RUNNING_FILE), { force: true });
}

/**
 * The gateway that was written down, if its process still lives: same number and same start. Whether its admin API
 * answers is for the caller to find out.
 */
export async function readRunningGateway(stateDirectory: string): Promise<RunningGateway | undefined> {
  const record = readRecord(stateDirectory);
  if (record === undefined) return undefined;
  const identity = await processIdentity(record.pid);
  return identity?.startedAt === record.processStartedAt ? record : undefined;
}

function readRecord(stateDirectory: string): RunningGateway | undefined {
  try {
    return runningSchema.parse(JSON.parse(readFileSync(join(stateDirectory, RUNNING_FILE), "utf8")));
  } catch {
    return undefined;
  }
}
