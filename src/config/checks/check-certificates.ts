import { readCertificateFiles } from "../../http/tls/file-certificates.ts";
import type { Config } from "../config.ts";
import { type Problem, problem } from "../diagnostic.ts";

/**
 * What is wrong with the files of listeners' `tls:` (GW0122), and certificates that have expired (GW0123).
 *
 * @param base the folder that their paths are relative to
 * @param now in ms since 1970
 */
export async function checkCertificates(config: Config, base: string, now: number): Promise<Problem[]> {
  const each = config.listeners.map(async (listener, i): Promise<Problem[]> => {
    if (listener.kind !== "https" || listener.tls === "auto") return [];
    const path = ["listeners", i, "tls"];
    const { faults, notAfter } = await readCertificateFiles(listener.tls, base);
    const problems = faults.map(({ key, message }) => problem("GW0122", [...path, key], message));
    if (notAfter !== undefined && notAfter <= now) {
      const date = new Date(notAfter).toISOString().slice(0, 10);
      const message = `the certificate in ${listener.tls.cert} expired on ${date}`;
      problems.push({ ...problem("GW0123", [...path, "cert"], message), severity: "warning" });
    }
    return problems;
  });
  return (await Promise.all(each)).flat();
}
