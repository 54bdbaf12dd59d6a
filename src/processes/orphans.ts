import { endGroup } from "./process-group.ts";
import { processIdentity } from "./process-identity.ts";
import type { ProcessJournal, ProcessRecord } from "./process-journal.ts";
import type { Timers } from "../shared/timers.ts";

/**
 * Ends what an earlier gatewayctl of this config started and, being killed, could not end. A process is recognised by
 * number, start time and command line together, so that one that merely got the number later is left alone; so are the
 * processes of a gatewayctl that still runs. Returns what was ended; all other stale records are removed.
 */
export async function endOrphans(journal: ProcessJournal, graceMs: number, timers: Timers): Promise<ProcessRecord[]> {
  const verdicts = await Promise.all(
    journal.list().map(async (record): Promise<ProcessRecord | undefined> => {
      if (await ownerRuns(record)) return undefined;
      const orphan = await stillTheSame(record);
      if (orphan) await endGroup(record.pid, graceMs, timers);
      journal.remove(record.pid);
      return orphan ? record : undefined;
    }),
  );
  return verdicts.filter((record) => record !== undefined);
}

async function ownerRuns({ owner }: ProcessRecord): Promise<boolean> {
  return (await processIdentity(owner.pid))?.startedAt === owner.startedAt;
}

async function stillTheSame(record: ProcessRecord): Promise<boolean> {
  const now = await processIdentity(record.pid);
  return now !== undefined && now.startedAt === record.startedAt && record.commands.includes(now.command);
}
