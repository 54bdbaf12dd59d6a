import { defineCommand } from "../command.ts";
import { CHANGE_ARGUMENTS, CHANGE_OPTIONS, type ChangeArgs } from "../services/change-arguments.ts";

/** `gatewayctl drain SERVICE ENDPOINT`: no new requests for an endpoint; those in flight finish. */
export const drainCommand = defineCommand<ChangeArgs>({
  name: "drain",
  summary: "Take an endpoint out: no new requests, those in flight finish",
  args: CHANGE_ARGUMENTS,
  options: CHANGE_OPTIONS,
  examples: [
    { command: "gatewayctl drain users 4001", shows: "no new requests for users' endpoint on port 4001" },
    { command: "gatewayctl drain users http://localhost:4001", shows: "the same, by its whole id" },
  ],
  run: async (ctx, args) => {
    const { changeEndpoint } = await import("../services/change-endpoint.ts");
    return changeEndpoint(ctx, args, (admin, service, endpoint) => admin.drain(service, endpoint));
  },
});
