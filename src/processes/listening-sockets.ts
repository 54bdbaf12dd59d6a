import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A TCP socket that accepts connections on this machine. */
export interface ListeningSocket {
  readonly port: number;
  /** Numeric id of the user whose process opened it, where the system says. */
  readonly uid?: number;
  /** The kernel's number of the socket, by which /proc/PID/fd names it. Linux only. */
  readonly inode?: string;
  /** Where the system says it at once (lsof). */
  readonly pid?: number;
}

/** All listening TCP sockets that the system shows; empty where it shows none. Reads /proc on Linux, asks lsof elsewhere. */
export async function listeningSockets(port?: number): Promise<ListeningSocket[]> {
  const tables = await Promise.all([readTable("/proc/net/tcp"), readTable("/proc/net/tcp6")]);
  if (tables.every((table) => table === undefined)) return askLsof(port);
  const sockets = tables.flatMap((table) => parseProcNetTcp(table ?? ""));
  return port === undefined ? sockets : sockets.filter((socket) => socket.port === port);
}

function readTable(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/** TCP_LISTEN of the kernel's include/net/tcp_states.h. */
const LISTEN = "0A";

/** The listening rows of /proc/net/tcp or tcp6 (proc_pid_net(5)): local address, state, uid and inode. */
export function parseProcNetTcp(table: string): ListeningSocket[] {
  const sockets: ListeningSocket[] = [];
  for (const line of table.split("\n").slice(1)) {
    const fields = line.trim().split(/\s+/);
    const local = fields[1];
    if (fields[3] !== LISTEN || !local) continue;
    const port = Number.parseInt(local.slice(local.lastIndexOf(":") + 1), 16);
    sockets.push({ port, uid: Number(fields[7]), inode: fields[9] ?? "" });
  }
  return sockets;
}

async function askLsof(port?: number): Promise<ListeningSocket[]> {
  const which = port === undefined ? "-iTCP" : `-iTCP:${port}`;
  // lsof exits 1 when it finds nothing.
  const { stdout } = await run("lsof", ["-nP", which, "-sTCP:LISTEN", "-FpuLn"], { timeout: 5_000 }).catch(() => ({
    stdout: "",
  }));
  return parseLsof(stdout);
}

/** lsof's field output (`-F`): a line per field, its first character says which; `p` begins a process, `n` is an address. */
export function parseLsof(output: string): ListeningSocket[] {
  const sockets: ListeningSocket[] = [];
  let pid: number | undefined;
  let uid: number | undefined;
  for (const line of output.split("\n")) {
    const value = line.slice(1);
    if (line.startsWith("p")) pid = Number(value);
    else if (line.startsWith("u")) uid = Number(value);
    else if (line.startsWith("n")) {
      const port = Number(value.slice(value.lastIndexOf(":") + 1));
      if (!Number.isInteger(port)) continue;
      sockets.push({ port, ...(pid !== undefined && { pid }), ...(uid !== undefined && { uid }) });
    }
  }
  return sockets;
}
