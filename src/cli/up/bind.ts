import { portOwner } from "../../processes/port-owner.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";

/**
 * Starts what binds ports; a port that is in use is told with its owner, because that is what one has to look for next.
 * @throws GatewayError GW0010, GW0013, and whatever else `start` throws
 */
export async function bindPorts<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== "GW0010") throw error;
    const port = Number(/\d+/.exec(error.message)?.[0]);
    const owner = await portOwner(port);
    if (owner === undefined) throw error;
    throw new GatewayError("GW0010", `Port ${port} is in use by process ${owner.pid}: ${owner.command}`, {
      cause: error,
    });
  }
}
