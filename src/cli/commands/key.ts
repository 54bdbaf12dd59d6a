import { defineCommand } from "../command.ts";
import type { KeyArgs } from "../key/run-key.ts";

/** `gatewayctl key NAME`: an API key, or the hash of a password, for one of `consumers:`. */
export const keyCommand = defineCommand<KeyArgs>({
  name: "key",
  summary: "Make an API key, or hash a password, for a consumer",
  description:
    "Makes an API key for a consumer and prints it, once, with the lines for the config: that keeps the key's hash " +
    "only. With --password reads a password, from the terminal or standard input, and prints its hash for `basic`.",
  args: [{ name: "name", summary: "the consumer; of a password, the user name" }],
  options: [
    { flags: "--password", summary: "hash a password instead of making a key" },
    { flags: "--json", summary: "print JSON" },
  ],
  examples: [
    { command: "gatewayctl key mobile-app", shows: "a new key, and the lines for the config" },
    {
      command: "gatewayctl key --password ops < password.txt",
      shows: "the line for `basic`, with the password's hash",
    },
  ],
  run: async (ctx, args) => {
    const { runKey } = await import("../key/run-key.ts");
    return runKey(ctx, args);
  },
});
