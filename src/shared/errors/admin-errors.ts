import type { ErrorEntry } from "./entry.ts";

/** GW06xx: the admin API. */
export const adminErrors = {
  GW0601: {
    kind: "client",
    title: "Wrong Host for the admin API",
    httpStatus: 421,
    hint: "The admin API answers only to its exact loopback host and port, so that no web page can reach it through DNS rebinding.",
  },
  GW0602: {
    kind: "client",
    title: "Admin token missing or wrong",
    httpStatus: 401,
    hint: "Calls that change state need `authorization: Bearer TOKEN`, with the token in this config's state folder (mode 0600). The gatewayctl commands read it themselves.",
  },
  GW0603: {
    kind: "client",
    title: "Content type must be application/json",
    httpStatus: 415,
    hint: "Calls that change state need `content-type: application/json`, which no web page can send across origins unasked.",
  },
  GW0604: {
    kind: "client",
    title: "No such service, endpoint or route",
    httpStatus: 404,
    hint: "`GET /api/services` lists services and the ids of their endpoints, `GET /api/routes` the routes.",
  },
  GW0605: {
    kind: "client",
    title: "Unusable body",
    httpStatus: 400,
    hint: "The body is not JSON, or not of the form that the call takes.",
  },
  GW0606: {
    kind: "client",
    title: "No such page of the admin API",
    httpStatus: 404,
    hint: "`GET /api` lists what there is.",
  },
  GW0607: {
    kind: "client",
    title: "Call from another origin",
    httpStatus: 403,
    hint: "A web page of another origin tried to change the gateway's state. Only the admin port's own pages, and programs, may.",
  },
  GW0608: {
    kind: "gateway",
    title: "Worker does not answer",
    httpStatus: 503,
    hint: "Of the processes that `up --workers` runs, one has not done what was asked of it; the others have. A worker that hangs can be ended with `kill -9`: another takes its place, and is told.",
  },
  GW0609: {
    kind: "config",
    title: "Not reloaded",
    httpStatus: 409,
    hint: "The gateway goes on with the config it had; the detail says why. `gatewayctl check` shows what is wrong with the file.",
  },
} as const satisfies Record<string, ErrorEntry>;
