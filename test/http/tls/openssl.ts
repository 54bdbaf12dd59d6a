import { spawnSync } from "node:child_process";

export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

/** What `openssl ARGS` says, and whether it is content. */
export function openssl(args: readonly string[], input = ""): { readonly ok: boolean; readonly text: string } {
  const { status, stdout, stderr } = spawnSync("openssl", args, { input, encoding: "utf8", timeout: 8_000 });
  return { ok: status === 0, text: `${stdout}${stderr}` };
}

/** Does `leaf` come from `ca`, and is it good for a TLS server of this name or address? */
export function verifyChain(
  ca: string,
  leaf: string,
  subject: string,
): { readonly ok: boolean; readonly text: string } {
  const isAddress = /^[\d.]+$|:/.test(subject);
  return openssl([
    "verify",
    "-x509_strict",
    "-purpose",
    "sslserver",
    isAddress ? "-verify_ip" : "-verify_hostname",
    subject,
    "-CAfile",
    ca,
    leaf,
  ]);
}
