import { resolve } from "node:path";
import {
  type LocalAuthority,
  openLocalAuthority,
  readLocalAuthority,
  replaceLocalAuthority,
} from "../../http/tls/local-authority.ts";
import { stateDirectory } from "../../processes/state-directory.ts";
import { systemWallClock } from "../../shared/clock.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import type { CommandContext } from "../context.ts";
import { writeJson } from "../ui/json.ts";
import { createStyle, type Style } from "../ui/style.ts";
import { certificateNames, type LeafFiles, writeLeaf } from "./leaf-files.ts";
import { authorityName, type TrustSteps, trustSteps } from "./trust-steps.ts";

export interface CertArgs {
  readonly hosts: readonly string[];
  readonly output?: string;
  readonly renew?: true;
  readonly force?: true;
  readonly json?: true;
}

/** `gatewayctl cert`: shows the local CA, made where it is missing; with hosts, writes a certificate for them. */
export async function runCert(ctx: CommandContext, args: CertArgs): Promise<number> {
  const now = systemWallClock.now();
  const directory = stateDirectory(ctx.env);
  // Before anything is made or replaced: a name that cannot be had must leave everything as it is.
  certificateNames(args.hosts);
  const before = args.renew ? await authorityBefore(directory, now) : undefined;
  const authority = await (args.renew ? replaceLocalAuthority : openLocalAuthority)(directory, now);
  const leaf =
    args.hosts.length === 0
      ? undefined
      : await writeLeaf(authority, {
          hosts: args.hosts,
          directory: resolve(ctx.cwd, args.output ?? "."),
          overwrite: args.force ?? false,
          now,
        });
  const steps = trustSteps(authority.certFile, authorityName(authority.certificate));
  if (args.json) writeJson(ctx.stdout, document(authority, steps, leaf));
  else if (leaf) writeLeafText(ctx, leaf, authority);
  else writeAuthorityText(ctx, authority, steps, before);
  return 0;
}

/** The name of the CA that is about to be replaced; one that cannot be used has none that is known. */
async function authorityBefore(directory: string, now: number): Promise<string | undefined> {
  try {
    const found = await readLocalAuthority(directory, now);
    return found && authorityName(found.certificate);
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

function document(authority: LocalAuthority, steps: readonly TrustSteps[], leaf: LeafFiles | undefined): object {
  const { certificate, certFile, made } = authority;
  return {
    ca: {
      name: authorityName(certificate),
      certificate: certFile,
      fingerprint: certificate.fingerprint256,
      validUntil: new Date(certificate.validTo).toISOString(),
      made,
    },
    trust: steps,
    ...(leaf && {
      certificate: {
        names: leaf.names,
        certificate: leaf.certFile,
        key: leaf.keyFile,
        validUntil: new Date(leaf.notAfter).toISOString(),
      },
    }),
  };
}

function writeAuthorityText(
  ctx: CommandContext,
  authority: LocalAuthority,
  steps: readonly TrustSteps[],
  before: string | undefined,
): void {
  const { stdout } = ctx;
  const style = createStyle(stdout);
  const { certificate, certFile, made } = authority;
  const name = authorityName(certificate);
  stdout.write(`${style.strong(name)}${made ? style.good("  made now") : ""}\n`);
  writeFacts(ctx, style, [
    ["certificate", certFile],
    ["SHA-256", certificate.fingerprint256],
    ["valid until", dateOf(Date.parse(certificate.validTo))],
    ["good for", "localhost, *.localhost, *.test, 127.0.0.0/8, ::1; its own constraints allow nothing else"],
  ]);
  stdout.write("\nNothing trusts it until you say so. To make a store trust it, type:\n");
  for (const { store, trust } of steps) writeSteps(ctx, style, store, trust);
  stdout.write("\nTo take the trust back:\n");
  for (const { store, remove } of steps) if (remove.length > 0) writeSteps(ctx, style, store, remove);
  if (before === undefined) return;
  ctx.stderr.write(`\n${before} was replaced: its key is gone. Take the trust in it back, under that name.\n`);
}

function writeLeafText(ctx: CommandContext, leaf: LeafFiles, authority: LocalAuthority): void {
  const style = createStyle(ctx.stdout);
  ctx.stdout.write(`${style.strong(leaf.names.join(", "))}\n`);
  writeFacts(ctx, style, [
    ["certificate", leaf.certFile],
    ["key", leaf.keyFile],
    ["valid until", dateOf(leaf.notAfter)],
    ["issued by", authority.certFile],
  ]);
  if (authority.made) ctx.stderr.write("made a local CA for it; `gatewayctl cert` says how to trust it\n");
}

function writeFacts(
  ctx: CommandContext,
  style: Style,
  facts: readonly (readonly [name: string, value: string])[],
): void {
  for (const [name, value] of facts) ctx.stdout.write(`  ${style.faint(name.padEnd(12))} ${value}\n`);
}

function writeSteps(ctx: CommandContext, style: Style, store: string, lines: readonly string[]): void {
  ctx.stdout.write(`\n  ${store}\n`);
  for (const line of lines) ctx.stdout.write(`    ${line.startsWith("# ") ? style.faint(line) : style.link(line)}\n`);
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
