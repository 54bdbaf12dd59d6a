import type { EndpointSnapshot, ServiceSnapshot, ServiceTimes, StatusReply } from "../admin/admin-source.ts";
import type { Decision } from "../gateway/decide.ts";
import type { SyntheticRequest } from "../gateway/synthetic-request.ts";
import { readAdminToken } from "../admin/admin-token.ts";
import { readRunningGateway, type RunningGateway } from "../admin/running-gateway.ts";
import { findSource } from "../config/find.ts";
import { configStateDirectory } from "../processes/state-directory.ts";
import { GatewayError } from "../shared/errors/gateway-error.ts";
import type { CommandContext } from "./context.ts";

/** The name that stands for the demo's config, which is in no file: its state folder is found by it. */
export const DEMO_CONFIG = "/gatewayctl-demo";

/** A running gateway, asked through its admin API. */
export interface AdminClient {
  /** Of the admin API. */
  readonly url: string;
  status(): Promise<StatusReply>;
  services(): Promise<readonly ServiceSnapshot[]>;
  /** How long answers took, by endpoint. */
  times(): Promise<readonly ServiceTimes[]>;
  /** The three return the endpoint as it is afterwards. They throw GatewayError GW0014 if the gateway refuses. */
  drain(service: string, endpoint: string): Promise<EndpointSnapshot>;
  enable(service: string, endpoint: string): Promise<EndpointSnapshot>;
  setWeight(service: string, endpoint: string, weight: number): Promise<EndpointSnapshot>;
  /** What would become of so many equal requests now. */
  decide(request: SyntheticRequest, count: number): Promise<Decision[]>;
  /** @throws GatewayError GW0014 if the gateway goes on as it was */
  reload(): Promise<void>;
}

/** Loopback answers at once, or something is wrong. */
const PATIENCE = 5_000;
/** Processes are started, one after the other. */
const RELOAD_PATIENCE = 120_000;

/**
 * The running gateway of the config in this folder (or of `file`); of the demo, where there is no config here.
 *
 * @throws GatewayError GW0011 if none runs
 */
export async function connectAdmin(ctx: CommandContext, file: string | undefined): Promise<AdminClient> {
  const client = await findAdmin(ctx, file);
  if (client !== undefined) return client;
  throw new GatewayError("GW0011", "No gateway runs for this config.");
}

/**
 * The same; `undefined` if none runs. A gateway that was killed leaves its `admin.json` behind: it counts only if that
 * process still lives, and is the one that answers.
 *
 * @throws GatewayError GW0101 if `file` does not exist, or there is no config in this folder and no demo runs
 */
export async function findAdmin(ctx: CommandContext, file: string | undefined): Promise<AdminClient | undefined> {
  const { config, cause } = await configFile(ctx, file);
  const directory = configStateDirectory(ctx.env, config);
  const running = await readRunningGateway(directory);
  if (running !== undefined && (await answers(running))) return createClient(running.url, directory);
  if (cause !== undefined) throw cause;
  return undefined;
}

/** Its path; the file is not run where it is code. Without one, the demo's, and what to say if that does not run either. */
async function configFile(
  ctx: CommandContext,
  file: string | undefined,
): Promise<{ readonly config: string; readonly cause?: GatewayError }> {
  try {
    const source = await findSource({ cwd: ctx.cwd, file, allowCode: false });
    return { config: source.file };
  } catch (error) {
    if (file !== undefined || !(error instanceof GatewayError)) throw error;
    return { config: DEMO_CONFIG, cause: error };
  }
}

async function answers({ url, pid }: RunningGateway): Promise<boolean> {
  try {
    return (await readJson<StatusReply>(`${url}/api/status`)).pid === pid;
  } catch {
    return false;
  }
}

function createClient(url: string, directory: string): AdminClient {
  const post = <T>(path: string, body: object, patience?: number): Promise<T> => {
    const headers = {
      authorization: `Bearer ${readAdminToken(directory) ?? ""}`,
      "content-type": "application/json",
    };
    return readJson<T>(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) }, patience);
  };
  const call = async (service: string, endpoint: string, action: string, body: object): Promise<EndpointSnapshot> => {
    const path = `/api/services/${encodeURIComponent(service)}/endpoints/${encodeURIComponent(endpoint)}/${action}`;
    return (await post<{ endpoint: EndpointSnapshot }>(path, body)).endpoint;
  };
  return {
    url,
    status: () => readJson(`${url}/api/status`),
    services: async () => (await readJson<{ services: ServiceSnapshot[] }>(`${url}/api/services`)).services,
    times: async () => (await readJson<{ services: ServiceTimes[] }>(`${url}/api/times`)).services,
    drain: (service, endpoint) => call(service, endpoint, "drain", {}),
    enable: (service, endpoint) => call(service, endpoint, "enable", {}),
    setWeight: (service, endpoint, weight) => call(service, endpoint, "weight", { weight }),
    decide: async ({ body, ...request }, count) => {
      const question = { ...request, count, ...(body ? { body: Buffer.from(body).toString("base64") } : {}) };
      return (await post<{ decisions: Decision[] }>("/api/route", question)).decisions;
    },
    reload: async () => void (await post("/api/reload", {}, RELOAD_PATIENCE)),
  };
}

async function readJson<T>(url: string, init: RequestInit = {}, patience = PATIENCE): Promise<T> {
  const response = await ask(url, init, patience);
  const body = (await response.json()) as T & { detail?: string; code?: string };
  if (response.ok) return body;
  throw new GatewayError("GW0014", `${body.detail ?? response.statusText} (${body.code ?? response.status})`);
}

async function ask(url: string, init: RequestInit, patience: number): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(patience) });
  } catch (error) {
    throw new GatewayError("GW0011", `${new URL(url).origin} does not answer.`, { cause: error });
  }
}
