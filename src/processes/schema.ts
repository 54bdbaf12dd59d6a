import { z } from "zod";

/** When a process that ended on its own is started again. */
const restartSchema = z.enum(["on-failure", "always", "never"], {
  error: "must be on-failure, always or never",
});

/** The name of an environment variable: POSIX.1-2017, chapter 8.1, with lower case allowed. */
const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
  error: "must be the name of an environment variable: letters, digits and _, not beginning with a digit",
});

/** `services.<name>.run`: how `gatewayctl up` starts a service. */
export const runSchema = z
  .strictObject({
    command: z
      .string()
      .trim()
      .min(1, { error: "must be a command line, as in node services/users.js" })
      .describe(
        "Command line that starts one instance and stays in the foreground. Run by `sh -c`, with node_modules/.bin on PATH as in npm scripts; the port to listen on is in PORT.",
      ),
    instances: z
      .int({ error: "must be a whole number" })
      .min(1, { error: "must be at least 1" })
      .max(64, { error: "must be at most 64" })
      .default(1)
      .describe("How many instances to start, each with its own PORT."),
    cwd: z
      .string()
      .min(1, { error: "must be a folder" })
      .default(".")
      .describe("Folder to run the command in, relative to the config file."),
    env: z
      .record(environmentName, z.string())
      .default({})
      .describe("Environment variables for the service, on top of gatewayctl's own. PORT is always set by gatewayctl."),
    watch: z
      .array(z.string().min(1))
      .default([])
      .describe(
        "Files and folders, relative to `cwd`; when one changes, the instances are restarted one after another.",
      ),
    restart: restartSchema
      .default("on-failure")
      .describe(
        "When an instance that ended is started again: on-failure (exit code other than 0, or a signal), always, or never. With exponential backoff from 250ms to 10s.",
      ),
  })
  .describe("How `gatewayctl up` starts the service. Without `endpoints`, the instances are the endpoints.");

/** A service's `run`, defaults filled in. */
export type RunSpec = z.output<typeof runSchema>;

export type RestartPolicy = RunSpec["restart"];
