import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { METRICS_CONTENT_TYPE } from "../telemetry/metrics/metrics.ts";
import type { AdminSource, EndpointChange, Reload, StatusReply } from "./admin-source.ts";
import { GatewayError } from "../shared/errors/gateway-error.ts";
import { addDecide } from "./decide.ts";
import { callProblem } from "./guards.ts";
import type { IdentityOptions } from "./identity/identity-desk.ts";
import { AdminError, type AdminProblem, problemAnswer } from "./problem.ts";
import { addPurge } from "./purge.ts";
import { findTarget } from "./target.ts";

/** What the API says of the process around the gateway. */
export interface AboutProcess {
  readonly version: string;
  /** Absolute path of the config. */
  readonly config: string;
  readonly pid: number;
}

export interface ApiOptions {
  readonly source: AdminSource;
  readonly about: AboutProcess;
  readonly token: string;
  /** Known only once the port is bound. */
  readonly port: () => number;
  /** Absent where the gateway cannot do that while it runs. */
  readonly reload?: Reload | undefined;
  /** The development issuer, at `/idp`. */
  readonly identity?: IdentityOptions | undefined;
}

/** What there is, for `GET /api`. */
const PAGES = [
  { method: "GET", path: "/api", summary: "This index" },
  { method: "GET", path: "/api/status", summary: "How the gateway is doing" },
  { method: "GET", path: "/api/services", summary: "Services and the state of their endpoints" },
  { method: "GET", path: "/api/times", summary: "How long answers of each endpoint took, in the last minutes" },
  { method: "GET", path: "/api/routes", summary: "Routes, in the order of the config" },
  { method: "GET", path: "/metrics", summary: "Metrics in Prometheus's text format" },
  { method: "GET", path: "/healthz", summary: "200 while the process serves" },
  { method: "POST", path: "/api/services/{service}/endpoints/{id}/drain", summary: "No new requests for an endpoint" },
  { method: "POST", path: "/api/services/{service}/endpoints/{id}/enable", summary: "Takes a drain back" },
  { method: "POST", path: "/api/services/{service}/endpoints/{id}/weight", summary: "Another weight: { weight }" },
  {
    method: "POST",
    path: "/api/route",
    summary: "What would become of a request now: { method, url }, as `route --live`",
  },
  { method: "POST", path: "/api/reload", summary: "Goes on by the config as it is now, without a gap" },
  {
    method: "POST",
    path: "/api/cache/purge",
    summary: "Throws away stored responses: { url }, { prefix }, { route } or { all }",
  },
] as const;

const schemaVersion = 1 as const;
/** Far more than any call needs. */
const MOST_BODY_BYTES = 16 * 1024;
/** A name or an id, percent-encoded. */
const LONGEST_NAME = 1_024;

/** The API as a fastify instance that listens nowhere: `routing` is handed requests that have passed the Host guard. */
export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
  const { fastify } = await import("fastify");
  const app = fastify({
    logger: false,
    bodyLimit: MOST_BODY_BYTES,
    routerOptions: { maxParamLength: LONGEST_NAME },
    frameworkErrors: (_error, _request, reply) => sendProblem(reply as FastifyReply, noSuchPage("This address")),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, parseBody(String(body)));
    } catch (error) {
      done(error as Error);
    }
  });
  app.setNotFoundHandler((request, reply) => sendProblem(reply, noSuchPage(`${request.method} ${request.url}`)));
  app.setErrorHandler((error: FastifyError | AdminError, _request, reply) => sendProblem(reply, problemOf(error)));
  addReads(app, options);
  addCalls(app, options);
  if (options.identity) {
    const { addIdentityPages } = await import("./identity/pages.ts");
    await addIdentityPages(app, options.identity, async () => (await options.source.status()).listeners);
  }
  await app.ready();
  return app;
}

function addReads(app: FastifyInstance, { source, about }: ApiOptions): void {
  const { version, config, pid } = about;
  app.get("/api", () => ({ schemaVersion, name: "gatewayctl", version, pages: PAGES }));
  app.get("/healthz", () => ({ schemaVersion, status: "ok" }));
  app.get("/api/services", async () => ({ schemaVersion, services: await source.services() }));
  app.get("/api/times", async () => ({ schemaVersion, services: await source.times() }));
  app.get("/api/routes", () => ({ schemaVersion, routes: source.routes() }));
  app.get("/api/status", async (): Promise<StatusReply> => {
    const [services, status] = await Promise.all([source.services(), source.status()]);
    const unhealthy = services.flatMap(({ service, endpoints }) =>
      endpoints
        .filter(({ health }) => health === "unhealthy")
        .map(({ id, reason, sinceMs }) => ({ service, endpoint: id, reason, sinceMs })),
    );
    return { schemaVersion, pid, version, config, ...status, services: services.length, unhealthy };
  });
  app.get("/metrics", async (_request, reply) => reply.type(METRICS_CONTENT_TYPE).send(await source.metrics()));
}

interface Target {
  readonly service: string;
  readonly endpoint: string;
}

/** Reads what is wanted from the body. */
type ReadChange = (request: FastifyRequest) => EndpointChange["change"];

function addCalls(app: FastifyInstance, { source, token, port, reload }: ApiOptions): void {
  // Before the body is read.
  const guard = async (request: FastifyRequest): Promise<void> => {
    const problem = callProblem(request.headers, token, port());
    if (problem !== undefined) throw new AdminError(problem.code, problem.detail);
  };
  addPurge(app, source, guard);
  addDecide(app, source, guard);
  app.post("/api/reload", {
    onRequest: guard,
    handler: async ({ body }) => {
      readBody(nothing, body);
      await reloadBy(reload);
      return { schemaVersion, reloaded: true };
    },
  });
  const add = (name: string, readChange: ReadChange): void => {
    app.post<{ Params: Target }>(`/api/services/:service/endpoints/:endpoint/${name}`, {
      onRequest: guard,
      handler: async (request) => {
        const { service, endpoint } = request.params;
        findTarget(await source.services(), service, endpoint);
        // Between the two it may have gone: then the second look says so.
        await source.changeEndpoint({ service, endpoint, change: readChange(request) });
        return { schemaVersion, service, endpoint: findTarget(await source.services(), service, endpoint) };
      },
    });
  };
  add("drain", ({ body }) => ({ ...readBody(nothing, body), draining: true }));
  add("enable", ({ body }) => ({ ...readBody(nothing, body), draining: false }));
  add("weight", ({ body }) => readBody(newWeight, body));
}

async function reloadBy(reload: Reload | undefined): Promise<void> {
  if (reload === undefined) {
    throw new AdminError(
      "GW0609",
      "One gateway alone cannot be reloaded; several can, one after the other: `gateways:`.",
    );
  }
  try {
    await reload();
  } catch (error) {
    if (error instanceof GatewayError) throw new AdminError("GW0609", error.message);
    throw error;
  }
}

const nothing = z.strictObject({});
/** The same bounds as in the config. */
const newWeight = z.strictObject({ weight: z.int().min(0).max(65_535) });

function readBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const wanted = schema === (nothing as z.ZodType) ? "nothing, or {}" : "{ weight: a whole number from 0 to 65535 }";
  throw new AdminError("GW0605", `The body must be ${wanted}.`);
}

function parseBody(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new AdminError("GW0605", "The body is not JSON.");
  }
}

function noSuchPage(what: string): AdminProblem {
  return { code: "GW0606", detail: `${what} is not part of the admin API.` };
}

/** What fastify itself refuses has a status; anything else is a bug, of which nothing is told. */
function problemOf(error: FastifyError | AdminError): AdminProblem {
  if (error instanceof AdminError) return error;
  const { statusCode = 500, message } = error;
  if (statusCode === 415) return { code: "GW0603", detail: "The call needs `content-type: application/json`." };
  if (statusCode < 500) return { code: "GW0605", detail: message };
  return { code: "GW0499", detail: "The admin API failed." };
}

function sendProblem(reply: FastifyReply, problem: AdminProblem): FastifyReply {
  const { status, headers, body } = problemAnswer(problem);
  return reply.code(status).headers(headers).send(body);
}
