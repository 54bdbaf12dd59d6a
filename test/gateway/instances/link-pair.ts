import type { Link } from "../../../src/gateway/instances/link.ts";

export interface LinkPair {
  readonly front: Link;
  readonly instance: Link;
  /** As when either process ends: what has been sent is read first. */
  close(): void;
}

/** Two ends of a line in one process: what goes over it is cloned as between processes, and comes in a later turn. */
export function linkPair(): LinkPair {
  const ends = [createEnd(), createEnd()] as const;
  let open = true;
  const linkOf = (own: End, other: End): Link => ({
    send(message, sent) {
      if (open) {
        const copy: unknown = structuredClone(message);
        setImmediate(() => {
          for (const listener of other.messages) listener(copy);
        });
      }
      if (sent) setImmediate(sent);
    },
    onMessage: (listener) => void own.messages.push(listener),
    onClose: (listener) => void own.closes.push(listener),
  });
  return {
    front: linkOf(ends[0], ends[1]),
    instance: linkOf(ends[1], ends[0]),
    close() {
      open = false;
      setImmediate(() => {
        for (const { closes } of ends) for (const listener of closes.splice(0)) listener();
      });
    },
  };
}

interface End {
  readonly messages: ((message: unknown) => void)[];
  readonly closes: (() => void)[];
}

function createEnd(): End {
  return { messages: [], closes: [] };
}
