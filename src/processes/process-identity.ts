import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What tells a process from another one that was given its number later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own words: the same text for as long as it lives, another for any other process. */
  readonly startedAt: string;
  /** Its command line now. A shell that replaces itself by the command changes it; the start does not change. */
  readonly command: string;
}

/** Who has this number now; `undefined` if nobody, or only a zombie. */
export async function processIdentity(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return process.platform === "linux" ? undefined : askPs(pid);
  // proc_pid_stat(5): the name in parentheses may hold anything; fields are counted from the last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, ticks] = [fields[0], fields[19]];
  const command = await commandFromProc(pid);
  if (state === "Z" || state === "X" || ticks === undefined || command === undefined) return undefined;
  return { pid, startedAt: `${await bootId()}/${ticks}`, command };
}

/** The command line of a process, arguments separated by spaces; `undefined` if there is none. */
export async function processCommand(pid: number): Promise<string | undefined> {
  return (await commandFromProc(pid)) ?? (process.platform === "linux" ? undefined : (await askPs(pid))?.command);
}

/** Start times are counted from boot, so that they mean something only together with which boot it was. */
function bootId(): Promise<string> {
  return readFile("/proc/sys/kernel/random/boot_id", "utf8").then(
    (text) => text.trim(),
    () => "unknown-boot",
  );
}

async function commandFromProc(pid: number): Promise<string | undefined> {
  const raw = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined);
  if (raw === undefined) return undefined;
  return raw.split("\0").join(" ").trim();
}

/** macOS and the BSDs. The locale and time zone are fixed, so that the same start is always written the same way. */
async function askPs(pid: number): Promise<ProcessIdentity | undefined> {
  const env = { PATH: process.env["PATH"] ?? "/bin:/usr/bin", LC_ALL: "C", TZ: "UTC" };
  const { stdout } = await run("ps", ["-ww", "-o", "stat=,lstart=,command=", "-p", String(pid)], { env }).catch(() => ({
    stdout: "",
  }));
  return parsePs(pid, stdout);
}

/** A line of `ps -o stat=,lstart=,command=`: state, then `Sat Nov 21 03:54:11 2026`, then the command. */
export function parsePs(pid: number, output: string): ProcessIdentity | undefined {
  const match = /^\s*(\S+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]+\s+\d{4})\s+(.*)$/m.exec(output);
  if (!match?.[2] || match[3] === undefined || match[1]?.startsWith("Z")) return undefined;
  return { pid, startedAt: match[2].replace(/\s+/g, " "), command: match[3].trim() };
}
