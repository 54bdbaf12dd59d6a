import type { Millis } from "../../shared/clock.ts";
import { type ErrorCode, GatewayError } from "../../shared/errors/gateway-error.ts";
import type { Link } from "./link.ts";

/** What a process does when the other one asks: each takes one argument and may answer later. */
type Actions<A> = { readonly [K in keyof A]: (argument: never) => unknown };
type Argument<F> = F extends (argument: infer P) => unknown ? P : never;
type Answer<F> = F extends (argument: never) => infer R ? Awaited<R> : never;

/** The process at the other end of a link. */
export interface Peer<Theirs> {
  /**
   * Asks, and waits for the answer.
   * @throws LinkClosed if the other process ends first; GatewayError, as it was thrown there; Error for any other
   *   failure, or if there is no answer within `withinMs`
   */
  call<K extends keyof Theirs>(name: K, argument: Argument<Theirs[K]>, withinMs?: Millis): Promise<Answer<Theirs[K]>>;
  /** Says something that needs no answer. `sent` is called when it has left this process, or never can. */
  tell<K extends keyof Theirs>(name: K, argument: Argument<Theirs[K]>, sent?: () => void): void;
}

/** The other process ended, or was never there, before it answered. */
export class LinkClosed extends Error {
  constructor(name: string) {
    super(`${name} was not answered: the process has ended`);
    this.name = "LinkClosed";
  }
}

type Message =
  | { readonly kind: "call"; readonly id: number | undefined; readonly name: string; readonly argument: unknown }
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | { readonly kind: "failure"; readonly id: number; readonly code: ErrorCode | undefined; readonly message: string };

interface Waiting {
  readonly name: string;
  readonly timer: NodeJS.Timeout | undefined;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Joins two processes: `mine` is what the other one may ask for, `Theirs` what it is asked. */
export function connectPeer<Theirs>(link: Link, mine: Actions<unknown> & object): Peer<Theirs> {
  const waiting = new Map<number, Waiting>();
  let count = 0;
  let open = true;
  const settle = (id: number): Waiting | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    clearTimeout(found?.timer);
    return found;
  };
  link.onMessage((received) => {
    const message = received as Message;
    if (message.kind === "call") void perform(link, mine, message);
    else if (message.kind === "answer") settle(message.id)?.resolve(message.value);
    else settle(message.id)?.reject(failureOf(message));
  });
  link.onClose(() => {
    open = false;
    for (const id of waiting.keys()) {
      const { name, reject } = settle(id) as Waiting;
      reject(new LinkClosed(name));
    }
  });
  return {
    call: (name, argument, withinMs) =>
      new Promise((resolve, reject) => {
        if (!open) return reject(new LinkClosed(String(name)));
        const id = count++;
        const late = (): void => settle(id)?.reject(new Error(`${String(name)} was not answered in ${withinMs} ms`));
        const timer = withinMs === undefined ? undefined : setTimeout(late, withinMs);
        waiting.set(id, { name: String(name), timer, resolve, reject });
        link.send({ kind: "call", id, name, argument });
      }),
    tell: (name, argument, sent) => link.send({ kind: "call", id: undefined, name, argument }, sent),
  };
}

async function perform(
  link: Link,
  actions: object,
  { id, name, argument }: Extract<Message, { kind: "call" }>,
): Promise<void> {
  try {
    const action = (actions as Record<string, ((argument: unknown) => unknown) | undefined>)[name];
    if (action === undefined) throw new Error(`there is no ${name}`);
    // An action that answers at once is answered in the turn in which it was asked, so that answers keep their order.
    const result = action(argument);
    const value = result instanceof Promise ? await result : result;
    if (id !== undefined) link.send({ kind: "answer", id, value });
  } catch (error) {
    if (id === undefined) throw error;
    const code = error instanceof GatewayError ? error.code : undefined;
    link.send({ kind: "failure", id, code, message: (error as Error).message });
  }
}

function failureOf({ code, message }: Extract<Message, { kind: "failure" }>): Error {
  return code === undefined ? new Error(message) : new GatewayError(code, message);
}
