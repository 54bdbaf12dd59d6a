import type { ListenOptions, NetConnectOpts } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { connectionsAsked } from "./judge.ts";
import type { ClientStep, Probe } from "./probe.ts";
import { ProbingClient, type SeenResponse } from "./probing-client.ts";
import { ScriptedEndpoint, type SeenRequest, SENTINEL } from "./scripted-endpoint.ts";
import { Watch } from "./watch.ts";

/** Something in front of an endpoint that probes are run against. */
export interface ProbeTarget {
  readonly name: string;
  /** Its sockets can be reset. */
  readonly hasTcp: boolean;
  /** How long anything is waited for. */
  readonly patienceMs: number;
  /** Where the endpoint of the probe is to listen. */
  endpointAddress(index: number): ListenOptions;
  /** Where clients connect, now that the endpoint listens. */
  open(index: number, probe: Probe, endpointPort: number): Promise<NetConnectOpts>;
  /** The probe is over. */
  release(index: number): Promise<void>;
  close(): Promise<void>;
}

/** All that client and endpoint saw of one probe. */
export interface Seen {
  readonly responses: readonly SeenResponse[];
  readonly requests: readonly SeenRequest[];
  readonly clientReceived: string;
  readonly endpointReceived: string;
  readonly endpointConnections: number;
  /** `undefined` where nothing depended on it. */
  readonly connection: "open" | "closed" | undefined;
}

/** Plays a probe through against a target. */
export async function runProbe(probe: Probe, index: number, target: ProbeTarget): Promise<Seen> {
  const watch = new Watch();
  const endpoint = new ScriptedEndpoint(probe.answers ?? [], watch, target.patienceMs);
  const port = await endpoint.listen(target.endpointAddress(index));
  if (probe.endpointDown) await endpoint.close();
  const address = await target.open(index, probe, port);
  const heads = (probe.outcomes[0]?.client ?? []).map(({ toHead }) => toHead === true);
  const client = new ProbingClient(address, heads, watch);
  endpoint.clientReceived = () => client.received;
  try {
    await play(probe.client, client, endpoint, watch, target.patienceMs);
    await awaitMessages(probe, client, endpoint, watch, target.patienceMs);
    const seen = snapshot(client, endpoint);
    const asked = connectionsAsked(probe, seen);
    return { ...seen, connection: await lookAtConnection(asked, client, watch, target.patienceMs) };
  } finally {
    client.socket.destroy();
    await target.release(index);
    if (!probe.endpointDown) await endpoint.close();
  }
}

/** Time for what was written to be read on the other side by itself. */
const GAP_MS = 10;

async function play(
  steps: readonly ClientStep[],
  client: ProbingClient,
  endpoint: ScriptedEndpoint,
  watch: Watch,
  patienceMs: number,
): Promise<void> {
  for (const [i, step] of steps.entries()) {
    if (typeof step === "string") {
      if (typeof steps[i - 1] === "string") await pause(GAP_MS);
      client.socket.write(step, "latin1");
    } else if ("end" in step) client.socket.end();
    else if ("reads" in step) {
      await watch.until(() => client.received.includes(step.reads) || client.over, patienceMs);
    } else if ("endpointGot" in step) {
      await watch.until(() => endpoint.allReceived.includes(step.endpointGot) || client.over, patienceMs);
    } else await watch.until(() => client.wholeResponses >= step.responses || client.over, patienceMs);
  }
}

async function awaitMessages(
  { outcomes }: Probe,
  client: ProbingClient,
  endpoint: ScriptedEndpoint,
  watch: Watch,
  patienceMs: number,
): Promise<void> {
  const responses = Math.max(...outcomes.map((outcome) => outcome.client?.length ?? 0));
  // Of the endpoint's requests, those that an answer came for have arrived by then.
  const requests = responses > 0 ? 0 : Math.max(...outcomes.map((outcome) => outcome.endpoint?.length ?? 0));
  const arrived = (): boolean => client.wholeResponses >= responses && endpoint.requests.length >= requests;
  await watch.until(() => client.over || arrived(), patienceMs);
  // What more there might be, on either side, is on its way by now.
  await pause(2 * GAP_MS);
}

function snapshot(client: ProbingClient, endpoint: ScriptedEndpoint): Seen {
  return {
    responses: client.responses(),
    requests: [...endpoint.requests],
    clientReceived: client.received,
    endpointReceived: endpoint.allReceived,
    endpointConnections: endpoint.received.length,
    connection: undefined,
  };
}

const SENTINEL_REQUEST = `GET ${SENTINEL} HTTP/1.1\r\nHost: a.test\r\n\r\n`;

/** Is it open? That is shown by using it: silence proves nothing. */
async function lookAtConnection(
  asked: ReadonlySet<"open" | "closed">,
  client: ProbingClient,
  watch: Watch,
  patienceMs: number,
): Promise<Seen["connection"]> {
  if (asked.has("closed") && !asked.has("open")) {
    return (await watch.until(() => client.over, patienceMs)) ? "closed" : "open";
  }
  if (!asked.has("open")) return undefined;
  if (client.over) return "closed";
  const before = client.received.length;
  client.socket.write(SENTINEL_REQUEST, "latin1");
  const answered = (): boolean => client.received.slice(before).endsWith("sentinel");
  await watch.until(() => answered() || client.over, patienceMs);
  return answered() ? "open" : "closed";
}
