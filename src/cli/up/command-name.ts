/**
 * How the command is typed in another terminal. Under npm (`npm start`, `npx gatewayctl`) it is most likely not on the
 * PATH; npm says in `npm_command` that it is there.
 */
export function commandName(env: Readonly<Record<string, string | undefined>>): string {
  return env["npm_command"] === undefined ? "gatewayctl" : "npx gatewayctl";
}
