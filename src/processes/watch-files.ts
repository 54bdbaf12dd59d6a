import { type FSWatcher, watch } from "node:fs";
import { type FileSnapshot, firstChange, takeSnapshot } from "./file-snapshot.ts";
import type { Timers } from "../shared/timers.ts";

/** Milliseconds of quiet after which a burst of writes is over. */
const DEBOUNCE = 100;
/** Notices that may put the look off; a log file that grows beside the watched ones must not do so for ever. */
const MOST_DELAYS = 20;
/** Milliseconds between looks without a notice; longer for many files. */
const POLL_FEW = 2_000;
const POLL_MANY = 10_000;
const MANY = 500;

export interface FileWatch {
  /** The first look is done: what changes from now on is noticed. */
  readonly ready: Promise<void>;
  close(): void;
}

/**
 * Calls `onChange` with a path when files (or files below folders) are written, replaced, made or removed.
 *
 * The system's notices only say when to look; what counts is whether two snapshots differ. So a lost, doubled or
 * spurious notice does no harm (they are all three, by platform: node:fs documentation, "Caveats" of fs.watch), and a
 * slow poll finds what came without one, as on network and container mounts.
 */
export function watchFiles(paths: readonly string[], timers: Timers, onChange: (path: string) => void): FileWatch {
  const watchers = new Map<string, FSWatcher>();
  let last: FileSnapshot = { files: new Map(), folders: new Set() };
  let closed = false;
  let looking: Promise<void> = Promise.resolve();
  let forgetLook = () => {};
  let delays = 0;

  const lookIn = (ms: number): void => {
    forgetLook();
    if (!closed) forgetLook = timers.after(ms, () => void (looking = looking.then(look)));
  };
  const onNotice = (): void => {
    if (delays++ < MOST_DELAYS) lookIn(DEBOUNCE);
  };
  const take = async (): Promise<FileSnapshot> => {
    delays = 0;
    const snapshot = await takeSnapshot(paths);
    if (!closed) follow(watchers, snapshot.folders, onNotice);
    // A notice that came during the look has asked for another one already.
    if (delays === 0) lookIn(snapshot.files.size > MANY ? POLL_MANY : POLL_FEW);
    return snapshot;
  };
  const look = async (): Promise<void> => {
    const before = last;
    last = await take();
    const changed = firstChange(before, last);
    if (changed !== undefined && !closed) onChange(changed);
  };
  const ready = take().then((snapshot) => {
    last = snapshot;
  });
  looking = ready;
  return {
    ready,
    close() {
      closed = true;
      forgetLook();
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

/** Watches exactly these folders, each by itself: recursive watching differs too much between systems. */
function follow(watchers: Map<string, FSWatcher>, folders: ReadonlySet<string>, onNotice: () => void): void {
  for (const [folder, watcher] of watchers) {
    if (folders.has(folder)) continue;
    watcher.close();
    watchers.delete(folder);
  }
  for (const folder of folders) {
    if (watchers.has(folder)) continue;
    const watcher = openWatcher(folder, onNotice);
    if (!watcher) continue;
    watcher.on("error", () => {
      watcher.close();
      watchers.delete(folder);
    });
    watchers.set(folder, watcher);
  }
}

/** `undefined` where the folder is gone, or the system has no watch left to give: the poll goes on. */
function openWatcher(folder: string, onNotice: () => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, onNotice);
  } catch {
    return undefined;
  }
}
