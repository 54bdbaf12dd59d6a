import { signalGroup } from "./process-group.ts";

/**
 * Process groups that must not outlive this process. They are detached, so that a Ctrl-C in the terminal reaches only
 * gatewayctl, which then ends them in order; the price is that nobody else ends them. Here is what does when the
 * orderly way is not taken: on exit, and on a signal that nothing else in this process listens to. After a SIGKILL
 * nothing runs any more: that is what the records in the state directory are for (orphans.ts).
 */
const groups = new Set<number>();

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM", "SIGQUIT"] as const;

/** Ends the group with SIGKILL when this process ends. Returns what takes the group off the list. */
export function guardGroup(groupId: number): () => void {
  if (groups.size === 0) install();
  groups.add(groupId);
  return () => {
    groups.delete(groupId);
    if (groups.size === 0) uninstall();
  };
}

function install(): void {
  process.on("exit", killAll);
  for (const signal of SIGNALS) process.on(signal, dieFrom);
}

function uninstall(): void {
  process.off("exit", killAll);
  for (const signal of SIGNALS) process.off(signal, dieFrom);
}

function killAll(): void {
  for (const groupId of groups) signalGroup(groupId, "SIGKILL");
}

/** Having a listener switches off the signal's default: without another listener, the default is done here. */
function dieFrom(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  killAll();
  uninstall();
  process.kill(process.pid, signal);
}
