import { Agent, request } from "node:http";
import { onTestFinished } from "vitest";
import { type DiscoveryOptions, startDiscovery } from "../../../src/gateway/discovery.ts";
import type { EndpointNews } from "../../../src/processes/discovery/endpoint-news.ts";
import { pause } from "../../helpers/eventually.ts";
import { configOf, startGateway, type TestGateway } from "../../helpers/gateway.ts";

export interface DiscoveringGateway extends TestGateway {
  /** What was told of service `app`, in order. */
  readonly news: EndpointNews[];
  /** Of `app`, as it is used now. */
  ids(): string[];
}

/** A gateway whose service `app`, to which everything goes, has endpoints that are found; with `early`, they may be later. */
export async function startDiscovering(
  endpoints: object,
  options: Partial<Pick<DiscoveryOptions, "baseDirectory" | "env">> & {
    readonly service?: object;
    readonly early?: true;
  } = {},
): Promise<DiscoveringGateway> {
  const raw = {
    services: { app: { endpoints, ...options.service } },
    routes: [{ match: "/", service: "app" }],
  };
  const running = await startGateway(raw);
  const news: EndpointNews[] = [];
  const discovery = startDiscovery({
    config: configOf(raw),
    gateway: running.gateway,
    baseDirectory: ".",
    env: {},
    ...options,
    onNews: (_, each) => news.push(each),
  });
  onTestFinished(() => discovery?.close());
  if (!options.early) await discovery?.ready;
  const ids = (): string[] => running.gateway.service("app").upstream.endpoints.map(({ id }) => id);
  return { ...running, news, ids };
}

export interface Load {
  /** Requests that were answered, by status; "error" where none came. */
  readonly counts: Map<number | "error", number>;
  stop(): Promise<void>;
}

/** Eight clients that ask one after the other, until they are stopped. */
export function startLoad(url: string, clients = 8): Load {
  const agent = new Agent({ keepAlive: true });
  const counts = new Map<number | "error", number>();
  let isOn = true;
  const client = async (): Promise<void> => {
    while (isOn) {
      const status = await get(url, agent);
      counts.set(status, (counts.get(status) ?? 0) + 1);
      await pause(5);
    }
  };
  const all = Array.from({ length: clients }, client);
  const stop = async (): Promise<void> => {
    isOn = false;
    await Promise.all(all);
    agent.destroy();
  };
  onTestFinished(stop);
  return { counts, stop };
}

/** The status of one request, answered whole. */
export function get(url: string, agent?: Agent): Promise<number | "error"> {
  return new Promise((resolve) => {
    const asking = request(url, { agent }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
      response.on("error", () => resolve("error"));
    });
    asking.on("error", () => resolve("error"));
    asking.end();
  });
}
