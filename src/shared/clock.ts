/** Milliseconds on a monotonic clock. Only differences mean anything. */
export type Millis = number;

/** Where the time comes from. Pure code never reads one: it is handed `now`. */
export interface Clock {
  now(): Millis;
}

/** The process's monotonic clock. */
export const systemClock: Clock = { now: () => performance.now() };

/** The time of day, in ms since 1970. It can jump: never subtract one reading from another. */
export const systemWallClock: Clock = { now: () => Date.now() };
