import type { Config } from "../../config/config.ts";
import { configuredEndpoints } from "../../gateway/gateway-service.ts";
import type { BoundListener } from "../../gateway/gateway.ts";
import { sampleRequest } from "../../routing/sample.ts";
import type { TextSink } from "../context.ts";
import { createStyle } from "../ui/style.ts";

export interface GuideInput {
  readonly bound: readonly BoundListener[];
  readonly config: Config;
  /** What is worth watching, a line each: the demo's. */
  readonly guide: readonly string[];
  /** Absent where the admin API is off: then no command finds the gateway. */
  readonly adminUrl: string | undefined;
  /** How gatewayctl is called in another terminal. */
  readonly command: string;
}

/** Writes what to do now: how to stop it, and a command to try; in the demo, what to watch and several of them. */
export function writeGuide(sink: TextSink, input: GuideInput): void {
  const style = createStyle(sink);
  const { config, guide, command } = input;
  if (guide.length === 0) {
    const path = samplePath(config);
    const asked = path === undefined ? "" : `${command} route GET ${path} says where a request would go, and why`;
    if (asked !== "") sink.write(`  ${style.faint(asked)}\n`);
    return sink.write(`  ${style.faint("Ctrl-C drains and stops")}\n\n`);
  }
  sink.write(`\n  ${style.strong("To watch")}, in the traffic that the demo sends by itself:\n`);
  for (const line of guide) sink.write(`    ${line}\n`);
  const tries = demoTries(input);
  const width = Math.max(...tries.map(([typed]) => typed.length));
  sink.write(`  ${style.strong("To try")}, in another terminal:\n`);
  for (const [typed, shows] of tries) {
    sink.write(`    ${style.link(typed.padEnd(width))}  ${style.faint(shows)}\n`);
  }
  sink.write(`  ${style.faint("Ctrl-C drains and stops.")}\n\n`);
}

function demoTries({ bound, config, adminUrl, command }: GuideInput): [typed: string, shows: string][] {
  const url = bound[0]?.url ?? "";
  const curl: [string, string] = [`curl ${url}/users/1`, "again and again: see answeredBy"];
  if (adminUrl === undefined) return [curl];
  const orders = config.services["orders"];
  const port = orders && configuredEndpoints(orders)[0]?.port;
  return [
    curl,
    [`${command} services`, "every endpoint's state and requests"],
    [`${command} drain orders ${port}`, "take orders-1 out; enable lets it in"],
  ];
}

/** The path of a plain GET that the config has a route for. */
function samplePath({ routes }: Config): string | undefined {
  for (const { match } of routes) {
    for (const spec of match) {
      const sample = sampleRequest(spec);
      const plain = sample?.method === "GET" && sample.host === "localhost" && sample.query === "";
      if (plain && Object.keys(sample.headers).length === 0) return sample.path;
    }
  }
  return undefined;
}
