import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { processIdentity } from "./process-identity.ts";
import { privateDirectory } from "./state-directory.ts";

const recordSchema = z.object({
  pid: z.int().positive(),
  startedAt: z.string(),
  /** Every command line it has had: a shell that replaces itself by its command has two. */
  commands: z.array(z.string()).min(1),
  service: z.string(),
  instance: z.int(),
  port: z.int(),
  /** The gatewayctl that started it. */
  owner: z.object({ pid: z.int().positive(), startedAt: z.string() }),
});

/** A process that a gatewayctl started and has not seen end. */
export type ProcessRecord = z.output<typeof recordSchema>;

export interface ProcessJournal {
  /** Writes down a process that was just started; does nothing if it has ended already. */
  add(pid: number, about: { service: string; instance: number; port: number }): Promise<void>;
  /** Writes down the command line that it has now, if that is another than before. */
  refresh(pid: number): Promise<void>;
  remove(pid: number): void;
  /** What is written down, by this and by earlier runs. A file that cannot be understood is removed. */
  list(): ProcessRecord[];
}

/** Keeps one file (0600) per running process in `directory` (made 0700), so that a later run can find orphans. */
export function createProcessJournal(directory: string): ProcessJournal {
  privateDirectory(directory);
  const known = new Map<number, ProcessRecord>();
  const owner = processIdentity(process.pid);
  const pathOf = (pid: number) => join(directory, `${pid}.json`);
  const write = (record: ProcessRecord) => {
    known.set(record.pid, record);
    writeRecord(pathOf(record.pid), record);
  };
  return {
    async add(pid, about) {
      const [identity, self] = await Promise.all([processIdentity(pid), owner]);
      if (!identity || !self) return;
      const { startedAt, command } = identity;
      write({ pid, startedAt, commands: [command], ...about, owner: { pid: self.pid, startedAt: self.startedAt } });
    },
    async refresh(pid) {
      const identity = await processIdentity(pid);
      const record = known.get(pid);
      if (!identity || !record || identity.startedAt !== record.startedAt) return;
      if (!record.commands.includes(identity.command)) {
        write({ ...record, commands: [...record.commands, identity.command] });
      }
    },
    remove(pid) {
      known.delete(pid);
      rmSync(pathOf(pid), { force: true });
    },
    list: () => readAll(directory),
  };
}

/** A disk that is full must not end the services: without its record, an orphan is merely not found. */
function writeRecord(path: string, record: ProcessRecord): void {
  try {
    writeFileSync(`${path}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch {
    rmSync(`${path}.new`, { force: true });
  }
}

function readAll(directory: string): ProcessRecord[] {
  const records: ProcessRecord[] = [];
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const record = name.endsWith(".json") ? readRecord(path) : undefined;
    if (record) records.push(record);
    else rmSync(path, { force: true, recursive: true });
  }
  return records;
}

function readRecord(path: string): ProcessRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}
