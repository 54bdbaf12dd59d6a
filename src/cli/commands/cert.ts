import type { CertArgs } from "../cert/run-cert.ts";
import { defineCommand } from "../command.ts";

/** `gatewayctl cert [HOST...]`: the local CA behind `tls: auto`, how to trust it, and certificates of it. */
export const certCommand = defineCommand<CertArgs>({
  name: "cert",
  summary: "Show the local CA and how to trust it; make certificates of it",
  description:
    "Shows the local CA whose certificates `tls: auto` uses, and what to type to trust it on this and other systems; " +
    "makes it where there is none. It can vouch for localhost, *.localhost, *.test and loopback addresses only, and is " +
    "never trusted automatically. With hosts, writes a certificate for them and its key.",
  args: [{ name: "hosts", summary: "names for one certificate, as in shop.localhost", variadic: true }],
  options: [
    { flags: "-o, --output <dir>", summary: "where to write certificate and key, if not here" },
    { flags: "--force", summary: "overwrite a certificate that is there" },
    { flags: "--renew", summary: "make a new CA; the one before is to be trusted no more" },
    { flags: "--json", summary: "print JSON" },
  ],
  examples: [
    { command: "gatewayctl cert", shows: "where the CA is, and how to trust it" },
    { command: "gatewayctl cert shop.localhost api.test -o certs", shows: "where it wrote one certificate for both" },
  ],
  run: async (ctx, args) => {
    const { runCert } = await import("../cert/run-cert.ts");
    return runCert(ctx, args);
  },
});
