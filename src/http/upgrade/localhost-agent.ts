import { Agent } from "node:http";
import type { LookupFunction } from "node:net";

const LOOPBACK = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

const lookup: LookupFunction = (_host, options, callback) => {
  if (options.all) callback(null, LOOPBACK);
  else callback(null, "127.0.0.1", 4);
};

/**
 * Connects to `localhost` on 127.0.0.1, then ::1, whatever the resolver says, as `dial` does: a machine's hosts file
 * often names one of them only, and development servers bind one or the other at their whim. A new connection each time.
 */
export const localhostAgent = new Agent({ keepAlive: false, lookup, autoSelectFamily: true });
