import { onTestFinished } from "vitest";
import { startAdmin } from "../../../src/admin/start-admin.ts";
import { configStateDirectory } from "../../../src/processes/state-directory.ts";
import { createFakeSource, type FakeSource } from "../../admin/fake-source.ts";
import { type CliResult, type FakeOptions, runCli } from "../../helpers/context.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

export const CONFIG = `version: 1
services:
  users:
    endpoints:
      - http://localhost:4001
      - { url: http://localhost:4002, weight: 3 }
      - { url: http://localhost:4003, backup: true }
    algorithm: least-conn
  orders: [http://localhost:4011]
  worker:
    run: { command: node worker.js, instances: 2 }
routes:
  - match: /users
    service: users
  - match: /orders
    service: orders
  - match: /worker
    service: worker
`;

/** A folder with a config, and the environment that commands there have. */
export interface Folder {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command line there. */
  run(argv: readonly string[], options?: FakeOptions): Promise<CliResult>;
}

export function folder(config = CONFIG): Folder {
  const cwd = tempDir({ "gateway.config.yaml": config });
  const env = { XDG_STATE_HOME: tempDir() };
  return { cwd, env, run: (argv, options = {}) => runCli(argv, { cwd, env, ...options }) };
}

/** The same, with the admin API of a gateway that runs for its config. */
export async function runningFolder(source = createFakeSource()): Promise<Folder & { readonly source: FakeSource }> {
  const here = folder();
  const config = `${here.cwd}/gateway.config.yaml`;
  const stateDirectory = configStateDirectory(here.env, config);
  const admin = await startAdmin({ source, port: 0, stateDirectory, version: "0.0.0-test", config });
  onTestFinished(() => admin?.close());
  return { ...here, source };
}
