import { Agent } from "node:http";
import { familyOptions } from "../../shared/loopback-lookup.ts";

/** Connects to `localhost` on 127.0.0.1, then ::1, whatever the resolver says, as `dial` does. A new connection each time. */
export const localhostAgent = new Agent({ keepAlive: false, ...familyOptions("localhost") });
