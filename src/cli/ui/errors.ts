import { EXIT } from "../../shared/errors/entry.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import type { TextSink } from "../context.ts";
import { createStyle } from "./style.ts";
import { wrap } from "./wrap.ts";

/** What a command that failed with `error` exits with. */
export function exitCodeOf(error: unknown): number {
  return error instanceof GatewayError ? (error.entry.exitCode ?? EXIT.failure) : EXIT.failure;
}

/**
 * Writes an error once, for a person: code and message, what to do, and where to read more. An error without a code
 * is a bug (GW0099); its stack is shown only under `debug`, because to a user it is noise.
 */
export function writeError(sink: TextSink, error: unknown, debug: boolean): void {
  const style = createStyle(sink);
  const known = error instanceof GatewayError ? error : asBug(error);
  sink.write(`${style.bad("error")} ${style.strong(known.code)}  ${known.message}\n`);
  sink.write(`${wrap(known.entry.hint, Math.min(sink.columns, 100), "  ")}\n`);
  sink.write(`  ${style.faint("more:")} ${style.link(`gatewayctl explain ${known.code}`)}\n`);
  if (debug) sink.write(`${style.faint(stackOf(error))}\n`);
}

function asBug(error: unknown): GatewayError {
  return new GatewayError("GW0099", error instanceof Error ? error.message : String(error), { cause: error });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
