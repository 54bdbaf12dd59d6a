import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import type { AdminSource, Reload } from "./admin-source.ts";
import { ensureAdminToken } from "./admin-token.ts";
import { createApi } from "./api.ts";
import type { IdentityOptions } from "./identity/identity-desk.ts";
import { hostProblem, SAFE_HEADERS } from "./guards.ts";
import { listenOnLoopback } from "./loopback-server.ts";
import { type AdminProblem, problemAnswer } from "./problem.ts";
import { removeRunningGateway, writeRunningGateway } from "./running-gateway.ts";

export interface AdminOptions {
  readonly source: AdminSource;
  /** `admin` of the config: a port, `false` for no admin API, `undefined` for the first free one from 9900 to 9919. */
  readonly port: number | false | undefined;
  /** The config's folder (0700), from `configStateDirectory`: token and `admin.json` are kept there. */
  readonly stateDirectory: string;
  readonly version: string;
  /** Absolute path of the config. */
  readonly config: string;
  /** Absent where the gateway cannot take up another config while it runs. */
  readonly reload?: Reload | undefined;
  /** The development issuer; without it there is no `/idp`. */
  readonly identity?: IdentityOptions | undefined;
}

export interface Admin {
  readonly url: string;
  readonly port: number;
  /** Ends the server and every connection to it, and removes `admin.json`. */
  close(): Promise<void>;
}

/**
 * Serves the admin API on loopback; `undefined` if it is switched off.
 *
 * @throws GatewayError GW0010 if the port is in use, GW0013 if it cannot be bound
 */
export async function startAdmin(options: AdminOptions): Promise<Admin | undefined> {
  const { source, stateDirectory, version, config, reload } = options;
  if (options.port === false) return undefined;
  const token = ensureAdminToken(stateDirectory);
  let port = 0;
  const about = { version, config, pid: process.pid };
  const api = await createApi({ source, token, about, port: () => port, reload, identity: options.identity });
  const server = await listenOnLoopback(options.port, (request, response) => guard(api, port, request, response));
  port = server.port;
  const url = `http://127.0.0.1:${port}`;
  try {
    await writeRunningGateway(stateDirectory, { url, startedAt: (await source.status()).startedAt, config, version });
  } catch (error) {
    await server.close();
    throw error;
  }
  return {
    url,
    port,
    close: async () => {
      removeRunningGateway(stateDirectory, url);
      await server.close();
      await api.close();
    },
  };
}

/** Comes before everything else: no hook, route or error page of the API is reached with a wrong Host. */
function guard(api: FastifyInstance, port: number, request: IncomingMessage, response: ServerResponse): void {
  for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
  const problem = hostProblem(request, port);
  if (problem === undefined) api.routing(request, response);
  else refuse(response, problem);
}

function refuse(response: ServerResponse, problem: AdminProblem): void {
  const { status, headers, body } = problemAnswer(problem);
  response.writeHead(status, { ...headers, connection: "close" }).end(body);
}
