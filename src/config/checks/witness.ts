import type { RequestSample } from "../../routing/sample.ts";

/** A request as `gatewayctl route` takes it. */
export function writeWitness({ method, host, path, query, headers, clientIp }: RequestSample): string {
  const fields = Object.entries(headers).map(([name, value]) => ` -H '${name}: ${value}'`);
  const ip = clientIp === "127.0.0.1" ? "" : ` --ip ${clientIp}`;
  return `${method} http://${host}${path}${query === "" ? "" : `?${query}`}${fields.join("")}${ip}`;
}
