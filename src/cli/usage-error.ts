import { GatewayError } from "../shared/errors/gateway-error.ts";

/** An argument or a flag's value that the command cannot use: GW0002, exit 64. The message is a sentence for the user. */
export class UsageError extends GatewayError {
  constructor(message: string) {
    super("GW0002", message);
    this.name = "UsageError";
  }
}
