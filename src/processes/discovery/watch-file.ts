import type { Timers } from "../../shared/timers.ts";
import { watchFiles } from "../watch-files.ts";
import type { EndpointWatch, Finding } from "./finding.ts";

export interface EndpointFileWatchOptions {
  /** Absolute paths of the files in which a change can matter. */
  readonly files: readonly string[];
  /** Must not reject. */
  readonly read: () => Promise<Finding>;
  readonly timers: Timers;
  onFinding(finding: Finding): void;
}

/**
 * Reads the files that a service's endpoints are in, now and whenever one of them changes: written in place, replaced by
 * renaming, reached by a symbolic link that leads elsewhere now, removed or made.
 */
export function watchEndpointFile({ files, read, timers, onFinding }: EndpointFileWatchOptions): EndpointWatch {
  let closed = false;
  const look = async (): Promise<void> => {
    const finding = await read();
    if (!closed) onFinding(finding);
  };
  let looking: Promise<void> = Promise.resolve();
  const watch = watchFiles(files, timers, () => {
    looking = looking.then(look);
  });
  return {
    // The first look is behind the watch's own: a change between the two is noticed.
    ready: watch.ready.then(look),
    close() {
      closed = true;
      watch.close();
    },
  };
}
