import type { HealthChange, ProtectionChange } from "../../gateway/gateway-service.ts";
import type { CertificateEvent } from "../../gateway/tls.ts";
import type { StateChange } from "../../exchange/state-connection.ts";
import type { Logger } from "../../telemetry/event-log.ts";
import { logCertificates } from "./certificate-lines.ts";
import { logState } from "./state-lines.ts";

/** What happens to a gateway beside its requests. */
export interface Happenings {
  readonly onHealthChange: (change: HealthChange) => void;
  readonly onProtection: (change: ProtectionChange) => void;
  readonly onCertificates: (event: CertificateEvent) => void;
  readonly onStateChange: (change: StateChange) => void;
  /** This run has made the local CA. */
  readonly madeAuthority: boolean;
}

/** Writes it to the event log. */
export function logHappenings(log: Logger): Happenings {
  let madeAuthority = false;
  return {
    onHealthChange({ service, endpoint, from, to, reason }) {
      const fields = { service, endpoint };
      if (to === "unhealthy") log.warn(fields, `down: ${reason}`);
      else if (from === "unhealthy") log.info(fields, `up again: ${reason}`);
    },
    onProtection({ service, endpoint, state, message }) {
      const fields = { service, ...(endpoint === undefined ? {} : { endpoint }) };
      if (state === "ejected" || state === "open") log.warn(fields, message);
      else log.info(fields, message);
    },
    onCertificates: logCertificates(log, () => {
      madeAuthority = true;
    }),
    onStateChange: logState(log),
    get madeAuthority() {
      return madeAuthority;
    },
  };
}
