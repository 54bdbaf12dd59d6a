import { isIP } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { readCaFile } from "./ca-file.ts";

/** `tls:` of a service. */
export interface EndpointTlsSpec {
  readonly verify: boolean;
  /** A file's name, relative to the base directory. */
  readonly ca?: string | undefined;
  readonly serverName?: string | undefined;
}

/**
 * How a service's endpoints behind https:// are to be known. The CA's file is read when it is first needed, so that who
 * only asks where a request would go does not need it.
 */
export class EndpointTls {
  readonly rejectUnauthorized: boolean;
  /** The name to ask for and to find in the certificate, if not the endpoint's host. */
  readonly servername: string | undefined;
  private readonly caName: string | undefined;
  private readonly baseDirectory: string;
  private caText: string | undefined;
  private secureContext: SecureContext | undefined;

  constructor({ verify, ca, serverName }: EndpointTlsSpec, baseDirectory: string) {
    this.rejectUnauthorized = verify;
    this.servername = serverName;
    this.caName = ca;
    this.baseDirectory = baseDirectory;
  }

  /**
   * PEM, in place of the CAs that Node comes with; `undefined` for those.
   * @throws GatewayError GW0122 if the file cannot be used
   */
  get ca(): string | undefined {
    if (this.caName === undefined || this.caText !== undefined) return this.caText;
    const { ca, fault } = readCaFile(this.caName, this.baseDirectory);
    if (fault !== undefined) throw new GatewayError("GW0122", `${fault}.`);
    this.caText = ca;
    return ca;
  }

  /** One for all connections: to make one costs more than to connect. Throws as `ca`. */
  get context(): SecureContext {
    this.secureContext ??= createSecureContext({ ca: this.ca });
    return this.secureContext;
  }

  /** What to say in the server name indication: never an address (RFC 6066 section 3), and "" for none. */
  nameFor(host: string): string {
    return this.servername ?? (isIP(host) === 0 ? host : "");
  }
}
