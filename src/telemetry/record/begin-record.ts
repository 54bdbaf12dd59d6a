import { randomBytes } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from "node:fs";
import type { Clock } from "../../shared/clock.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { HEADER_START, RECORD_VERSION, type RecordSession } from "./format.ts";

const LINE_FEED = 10;

/**
 * Begins a session in a file that is new, empty, or a record already: that one is gone on with. Only its owner can read
 * a file that is made here.
 *
 * @param path absolute
 * @param processes how many will record in it
 * @throws GatewayError GW0023 if it cannot be written, or holds something else: then it is left as it is
 */
export function beginRecord(path: string, processes: number, wallClock: Clock): RecordSession {
  const fd = open(path);
  try {
    const size = checkRecord(fd, path);
    const startedAt = wallClock.now();
    const session = { path, id: randomBytes(3).toString("hex"), startedAt, salt: secret(), processes };
    // A process that was killed may have left the last line without its end.
    const gap = size > 0 && byteAt(fd, size - 1) !== LINE_FEED ? "\n" : "";
    writeSync(fd, `${gap}${headerLine(session)}`);
    return session;
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw problem(path, (error as Error).message, error);
  } finally {
    closeSync(fd);
  }
}

function headerLine({ id, startedAt }: RecordSession): string {
  const time = new Date(startedAt).toISOString();
  return `${HEADER_START}"version":${RECORD_VERSION},"session":"${id}","startedAt":"${time}"}\n`;
}

function open(path: string): number {
  try {
    // Not to wait for a reader, should it be a named pipe.
    return openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK, 0o600);
  } catch (error) {
    throw problem(path, (error as Error).message, error);
  }
}

/** @returns its size */
function checkRecord(fd: number, path: string): number {
  const stat = fstatSync(fd);
  if (!stat.isFile()) throw problem(path, "it is no regular file");
  if (stat.size === 0) return 0;
  const start = Buffer.alloc(Buffer.byteLength(HEADER_START));
  readSync(fd, start, 0, start.length, 0);
  if (start.toString() !== HEADER_START)
    throw problem(path, "it holds something else than a traffic record, and is left as it is; name another file");
  return stat.size;
}

function byteAt(fd: number, position: number): number | undefined {
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, position);
  return byte[0];
}

function problem(path: string, reason: string, cause?: unknown): GatewayError {
  return new GatewayError("GW0023", `${path}: ${reason}`, { cause });
}

function secret(): string {
  return randomBytes(24).toString("base64url");
}
