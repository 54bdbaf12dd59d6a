import type { ProcessExit } from "./restart.ts";

/** Which instance of which service. */
export interface InstanceName {
  readonly service: string;
  /** Counted from 1. */
  readonly instance: number;
  readonly port: number;
}

export type OutputStream = "stdout" | "stderr";

/** What happens to an instance, in the order in which it happens. */
export type ProcessEvent = InstanceName &
  (
    | { readonly type: "starting"; readonly pid: number }
    /** Its port accepts connections. */
    | { readonly type: "ready"; readonly pid: number; readonly afterMs: number }
    /** `expected` when it was told to end. `reason` where it could not be started at all. */
    | ({ readonly type: "exited"; readonly expected: boolean } & ProcessExit)
    | { readonly type: "restarting"; readonly inMs: number; readonly cause: "exit" | "change" }
    /** It is not started again, as `run.restart` says; a change of a watched file does start it. */
    | { readonly type: "gave-up"; readonly reason: string }
  );

/** An event before it is said of which instance. */
export type InstanceEvent = ProcessEvent extends infer E
  ? E extends InstanceName
    ? Omit<E, keyof InstanceName>
    : never
  : never;

/**
 * - `starting`: launched, its port does not answer yet; `ready`: it does;
 * - `waiting`: ended, to be started again after a delay;
 * - `ended`: ended, and not started again; `stopped`: told to stop, or never started.
 */
export type ProcessState = "starting" | "ready" | "waiting" | "ended" | "stopped";

/** One instance of a service, as the rest of gatewayctl sees it. */
export interface ManagedProcess extends InstanceName {
  readonly state: ProcessState;
  /** Process id of the shell that runs the command, and of its process group; `undefined` while nothing runs. */
  readonly pid: number | undefined;
  /** Starts after the first one. */
  readonly restarts: number;
  /** The last lines that it wrote to stderr, oldest first, for error pages. Kept when it ends. */
  recentErrors(): readonly string[];
  /** Ends it and starts it again, without backoff. Resolves when the old process is gone. */
  restart(): Promise<void>;
}
