import { defineCommand } from "../command.ts";
import { CHANGE_ARGUMENTS, CHANGE_OPTIONS, type ChangeArgs } from "../services/change-arguments.ts";

/** `gatewayctl enable SERVICE ENDPOINT`: takes a drain back. */
export const enableCommand = defineCommand<ChangeArgs>({
  name: "enable",
  summary: "Let a drained endpoint have requests again",
  args: CHANGE_ARGUMENTS,
  options: CHANGE_OPTIONS,
  examples: [{ command: "gatewayctl enable users 4001", shows: "users' endpoint on port 4001 in use again" }],
  run: async (ctx, args) => {
    const { changeEndpoint } = await import("../services/change-endpoint.ts");
    return changeEndpoint(ctx, args, (admin, service, endpoint) => admin.enable(service, endpoint));
  },
});
