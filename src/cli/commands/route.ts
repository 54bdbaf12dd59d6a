import { isIP } from "node:net";
import type { SyntheticRequest } from "../../gateway/synthetic-request.ts";
import { nearest } from "../../shared/nearest.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usage-error.ts";

interface RouteArgs {
  readonly method: string;
  readonly url: string;
  readonly header?: readonly string[];
  readonly data?: string;
  readonly ip?: string;
  readonly count?: number;
  readonly algo?: string;
  readonly seed?: string;
  readonly config?: string;
  readonly live?: true;
  readonly tape?: true;
  readonly json?: true;
}

/** `gatewayctl route METHOD URL`: what the gateway would do with a request, and why; nothing is sent. */
export const routeCommand = defineCommand<RouteArgs>({
  name: "route",
  summary: "Ask what the gateway would do with a request, and why",
  description:
    "Prints the route, service and endpoint that a request would get, every other route's reason, and every endpoint's " +
    "score. Nothing is sent, and no gateway needs to run: every endpoint is taken for healthy, unless `--live` asks the " +
    "gateway that runs.",
  args: [
    { name: "method", summary: "GET, POST …", required: true },
    { name: "url", summary: "a path, as in /orders/7?v=2, or a whole URL", required: true },
  ],
  options: [
    { flags: "-H, --header <line>", summary: 'a header field, as in "x-beta: true"', repeat: true },
    { flags: "-d, --data <text>", summary: "the body, or @ and a file with it" },
    { flags: "--ip <address>", summary: "the client's address", default: "127.0.0.1" },
    { flags: "--count <n>", summary: "decide on n such requests, one after the other", parse: parseCount },
    { flags: "--tape", summary: "print each pick, with every candidate's score: --count of them, or 20" },
    { flags: "--algo <name>", summary: "as if every service had this algorithm" },
    { flags: "--seed <text>", summary: "as under `up --seed`" },
    { flags: "--live", summary: "ask the running gateway, with what it knows now of its endpoints" },
    { flags: "--config <file>", summary: "the config, if not the one in this folder" },
    { flags: "--json", summary: "print JSON" },
  ],
  examples: [
    { command: "gatewayctl route GET /orders/7", shows: "where it goes, and why nowhere else" },
    {
      command: 'gatewayctl route GET http://a.shop.localhost/ -H "x-beta: true"',
      shows: "the same for a host and a header",
    },
    {
      command: 'gatewayctl route POST /pets -d \'{"name": "Rex"}\'',
      shows: "whether this body is what `validate` wants",
    },
    {
      command: "gatewayctl route GET /orders/7 --live",
      shows: "the same with live health, and why endpoints are left out",
    },
    { command: "gatewayctl route GET /orders/7 --tape --count 3", shows: "the next three picks, one by one" },
    { command: "gatewayctl route GET / --count 700 --algo weighted-round-robin", shows: "how 700 requests are spread" },
  ],
  run: async (ctx, args) => {
    const asked = requestOf(args);
    const { withGivenBody } = await import("../route/given-body.ts");
    const request = args.data === undefined ? asked : await withGivenBody(asked, args.data, ctx.cwd);
    if (args.tape) return (await import("../route/tape.ts")).runRouteTape(ctx, { ...args, request });
    const { decideAll } = await import("../route/decide-all.ts");
    const decisions = await decideAll(ctx, { ...args, request });
    if (typeof decisions === "number") return decisions;
    if (args.json) {
      const { writeDecisionsJson } = await import("../route/decisions-json.ts");
      return writeDecisionsJson(ctx, decisions, args.count !== undefined);
    }
    const { writeDecision, writeDistribution } = await import("../route/decision-text.ts");
    if (args.count === undefined) writeDecision(ctx.stdout, decisions);
    else writeDistribution(ctx.stdout, decisions);
    return 0;
  },
});

function requestOf({ method, url, header, ip }: RouteArgs): SyntheticRequest {
  const asked = methodOf(method, url);
  const headers = (header ?? []).map(splitHeader);
  if (ip !== undefined && isIP(ip) === 0) throw new UsageError(`--ip takes an IPv4 or IPv6 address, not "${ip}".`);
  if (!/^(?:\/|https?:\/\/)/i.test(url)) {
    const guess = url.includes("://") ? "" : ` Did you mean "/${url}"?`;
    throw new UsageError(`"${url}" is neither a path that begins with "/" nor an http or https URL.${guess}`);
  }
  return { method: asked, url, headers, ...(ip === undefined ? {} : { ip }) };
}

/** Methods are case-sensitive on the wire, but nobody means "get" as one of their own, nor "GTE". */
function methodOf(text: string, url: string): string {
  const upper = text.toUpperCase();
  if (METHODS.includes(upper)) return upper;
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text)) {
    const guess = text.startsWith("/") ? ` The method comes first: gatewayctl route GET ${text}` : "";
    throw new UsageError(`"${text}" is not a method.${guess}`);
  }
  const near = nearest(text, METHODS);
  if (near === undefined) return text;
  throw new UsageError(`"${text}" is not a method. Did you mean: gatewayctl route ${near} ${url}`);
}

/** What requests of services most often have; in any case of letters. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

function splitHeader(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  const name = line.slice(0, colon).trim();
  if (colon < 1 || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
    throw new UsageError(`--header takes "name: value", not "${line}".`);
  }
  return [name, line.slice(colon + 1).trim()];
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,7}$/.test(text) || count < 1) throw new UsageError(`--count takes a number from 1 on, not "${text}".`);
  return count;
}
