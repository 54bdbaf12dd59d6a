// A gatewayctl in small: starts one service under a supervisor, says the service's process id, and waits for its fate.
import { createJiti } from "jiti";

const { createSupervisor } = await createJiti(import.meta.url).import("../../src/processes/supervisor.ts");
const [stateDirectory, command, fate] = process.argv.slice(2);
const supervisor = createSupervisor({
  baseDirectory: "/",
  stateDirectory,
  onOutput: (_service, _instance, _stream, line) => process.stdout.write(`${line}\n`),
});
const run = { command, instances: 1, cwd: ".", env: {}, watch: [], restart: "never" };
supervisor.start("users", run, [1]);
process.stdin.once("data", () => (fate === "throw" ? Promise.reject(new Error("planted")) : process.exit(0)));
