import type { ErrorEntry } from "../../shared/errors/entry.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { ERRORS, type ErrorCode, errorEntry } from "../../shared/errors/table.ts";
import { nearest } from "../../shared/nearest.ts";
import { defineCommand } from "../command.ts";
import type { CommandContext } from "../context.ts";
import type { Style } from "../ui/style.ts";
import { wrap } from "../ui/wrap.ts";

interface ExplainArgs {
  readonly code?: string;
  readonly json?: true;
}

/** `gatewayctl explain [CODE]`: what an error code means and what to do; without one, all codes. */
export const explainCommand = defineCommand<ExplainArgs>({
  name: "explain",
  summary: "Tell what an error code means and what to do",
  description: "Tells what an error code means and what to do about it. Without a code, lists all of them.",
  args: [{ name: "code", summary: "the code, as in GW0102; 102 will do" }],
  options: [{ flags: "--json", summary: "print JSON" }],
  examples: [
    { command: "gatewayctl explain GW0102", shows: "what the code means" },
    { command: "gatewayctl explain", shows: "all codes" },
  ],
  run: async (ctx, { code, json }) => {
    const codes = code === undefined ? allCodes() : [findCode(code)];
    if (json) return writeCodes(ctx, codes);
    const style = (await import("../ui/style.ts")).createStyle(ctx.stdout);
    if (code === undefined) for (const each of codes) ctx.stdout.write(`${style.strong(each)}  ${titleOf(each)}\n`);
    else for (const each of codes) ctx.stdout.write(explanation(each, style, ctx.stdout.columns));
    return 0;
  },
});

async function writeCodes(ctx: CommandContext, codes: readonly ErrorCode[]): Promise<number> {
  const { writeJson } = await import("../ui/json.ts");
  writeJson(ctx.stdout, { errors: codes.map((code) => ({ code, ...errorEntry(code) })) });
  return 0;
}

function allCodes(): ErrorCode[] {
  return (Object.keys(ERRORS) as ErrorCode[]).sort();
}

/** "GW0102", "gw0102", "0102" and "102" are the same code. */
function findCode(text: string): ErrorCode {
  const digits = /^(?:gw)?(\d{1,4})$/i.exec(text)?.[1];
  const wanted = digits === undefined ? text.toUpperCase() : `GW${digits.padStart(4, "0")}`;
  if (Object.hasOwn(ERRORS, wanted)) return wanted as ErrorCode;
  const near = nearest(wanted, allCodes());
  const guess = near === undefined ? "" : ` Did you mean ${near}, "${titleOf(near as ErrorCode)}"?`;
  throw new GatewayError("GW0003", `There is no error code "${text}".${guess}`);
}

function titleOf(code: ErrorCode): string {
  const { title, retired } = errorEntry(code);
  return retired ? `${title} (no longer given)` : title;
}

function explanation(code: ErrorCode, style: Style, columns: number): string {
  const entry = errorEntry(code);
  const facts = factsOf(entry).map(([name, value]) => `  ${style.faint(name.padEnd(13))} ${value}\n`);
  return `${style.strong(code)}  ${titleOf(code)}\n\n${wrap(entry.hint, Math.min(columns, 100), "  ")}\n\n${facts.join("")}`;
}

const KINDS: Record<ErrorEntry["kind"], string> = {
  usage: "the command line",
  config: "the config file",
  client: "the request",
  endpoint: "the service behind the gateway",
  gateway: "the gateway, or the machine around it",
  internal: "a bug in gatewayctl",
};

function factsOf(entry: ErrorEntry): [string, string][] {
  const facts: [string, string][] = [["lies with", KINDS[entry.kind]]];
  if (entry.httpStatus !== undefined) facts.push(["HTTP status", String(entry.httpStatus)]);
  if (entry.proxyStatus !== undefined) facts.push(["Proxy-Status", entry.proxyStatus]);
  if (entry.exitCode !== undefined) facts.push(["exit code", String(entry.exitCode)]);
  return facts;
}
