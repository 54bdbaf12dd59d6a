import { basename } from "node:path";
import type { CertificateEvent } from "../../gateway/tls.ts";
import type { Logger } from "../../telemetry/event-log.ts";

/**
 * Writes what becomes of the listeners' certificates to the event log.
 * @param onMade told of a local CA that was made, by its certificate's file
 */
export function logCertificates(log: Logger, onMade: (file: string) => void): (event: CertificateEvent) => void {
  return (event) => {
    switch (event.type) {
      case "authority-made":
        return onMade(event.file);
      case "reloaded":
        return log.info(`certificates taken up: ${names(event.files)}`);
      case "reload-failed":
        return log.error(`the certificates before stay in use: ${event.reason}`);
      case "handshake-failed":
        return log.debug({ peer: event.peer }, `TLS handshake failed: ${event.reason}`);
    }
  };
}

function names(files: readonly string[]): string {
  return files.map((file) => basename(file)).join(", ");
}
