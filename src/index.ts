import type { ConfigInput } from "./config/schema.ts";
import { loadValue } from "./config/load.ts";
import { createWholeGateway } from "./gateway/discovering-gateway.ts";
import type { Gateway, GatewayOptions } from "./gateway/gateway.ts";
import { GatewayError } from "./shared/errors/gateway-error.ts";

export type { ConfigInput } from "./config/schema.ts";
export type { BenchReport } from "./lab/report/model.ts";
export { type SimulateOptions, type SimulateProgress, simulate } from "./lab/simulate/simulate.ts";
export type { Scenario } from "./lab/simulate/scenario.ts";
export type { CertificateEvent } from "./gateway/tls.ts";
export type { BoundListener, Gateway, GatewayOptions } from "./gateway/gateway.ts";
export { type ErrorCode, GatewayError } from "./shared/errors/gateway-error.ts";

/**
 * Gives a config in a `.js`, `.mjs` or `.ts` file its type, so that an editor completes and checks it; returns it as it is.
 *
 * @example
 * export default defineConfig({ version: 1, services: { users: "http://localhost:4001" } });
 */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

/**
 * A gateway for a config, in this process. Nothing runs until `start()`; `drain(timeoutMs)` or `stop()` ends it.
 *
 * @throws GatewayError with the code of the first thing that is wrong with the config, its path in the message
 */
export function createGateway(config: ConfigInput, options?: GatewayOptions): Gateway {
  const { config: loaded, diagnostics } = loadValue(config);
  if (loaded !== undefined) return createWholeGateway(loaded, options ?? {}, process.env);
  const first = diagnostics.find(({ severity }) => severity === "error");
  if (first === undefined) throw new GatewayError("GW0099", "The config was refused without a reason.");
  throw new GatewayError(first.code, first.path === "" ? first.message : `${first.path}: ${first.message}`);
}
