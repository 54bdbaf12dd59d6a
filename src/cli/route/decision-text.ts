import type { Decision } from "../../gateway/decide.ts";
import { errorEntry } from "../../shared/errors/table.ts";
import type { TextSink } from "../context.ts";
import { formatScore } from "../tape/score.ts";
import { lyingBar } from "../ui/bars.ts";
import { createStyle, type Style } from "../ui/style.ts";
import { distribution, servicesOf } from "./distribution.ts";
import { writeParts } from "./parts-text.ts";

/** Writes one decision for a person: what, then why, then why nothing else. */
export function writeDecision(sink: TextSink, decisions: readonly Decision[]): void {
  const style = createStyle(sink);
  for (const decision of decisions) {
    sink.write(`${headline(decision, style)}\n\n`);
    for (const [name, value] of factsOf(decision, style)) sink.write(`  ${style.faint(name.padEnd(9))} ${value}\n`);
    writePolicies(sink, decision, style);
    writeParts(sink, decision, style);
    writeRoutes(sink, decision, style);
    writeCandidates(sink, decision, style);
  }
}

/** Writes how many equal requests were spread, with the first decision's route and reasons above. */
export function writeDistribution(sink: TextSink, decisions: readonly Decision[]): void {
  const [first] = decisions;
  if (first === undefined) return;
  const style = createStyle(sink);
  const counts = Object.entries(distribution(decisions));
  if (counts.length === 0) return writeDecision(sink, [first]);
  const services = Object.entries(servicesOf(decisions));
  const to =
    first.split === undefined ? first.service : services.map(([name, count]) => `${name} ×${count}`).join(", ");
  sink.write(`${style.strong(requestLine(first))}  ×${decisions.length}  ${style.faint("→")} ${to}\n\n`);
  const most = Math.max(...counts.map(([, count]) => count));
  const width = Math.max(...counts.map(([endpoint]) => endpoint.length));
  for (const [endpoint, count] of counts) {
    const share = `${((100 * count) / decisions.length).toFixed(1)} %`.padStart(7);
    sink.write(
      `  ${endpoint.padEnd(width)}  ${String(count).padStart(6)} ${share}  ${style.good(lyingBar(count, most, 30))}\n`,
    );
  }
  sink.write(`\n  ${style.faint(`by ${first.algorithm}; the first one: ${reasonOf(first)}`)}\n`);
}

/** "GET /orders/7", with the host where it is not the local one. */
export function requestLine({ request }: Decision): string {
  const host = request.host === "localhost" ? "" : `${request.scheme}://${request.host}`;
  return `${request.method} ${host}${request.path}${request.query === "" ? "" : `?${request.query}`}`;
}

function headline(decision: Decision, style: Style): string {
  const line = style.strong(requestLine(decision));
  const arrow = style.faint("→");
  if (decision.outcome === "forward")
    return `${line}  ${arrow} ${decision.service} ${arrow} ${style.good(decision.endpoint ?? "")}`;
  const color = decision.outcome === "reject" ? style.bad : style.good;
  return `${line}  ${arrow} ${color(`${decision.status}`)} ${decision.code === undefined ? "" : errorEntry(decision.code).title}`.trimEnd();
}

function factsOf(decision: Decision, style: Style): [string, string][] {
  const facts: [string, string][] = [["route", decision.route ?? style.faint("none")]];
  const { version, split } = decision;
  if (version !== undefined) facts.push(["version", versionOf(version)]);
  if (decision.service !== null) facts.push(["service", decision.service]);
  if (split !== undefined) facts.push(["split", splitOf(split)]);
  if (decision.endpoint !== null) facts.push(["endpoint", decision.endpoint]);
  const { rewritten } = decision;
  if (rewritten?.target !== undefined) facts.push(["path", `rewritten to ${rewritten.target}`]);
  if (rewritten?.host !== undefined) facts.push(["host", `rewritten to ${rewritten.host}`]);
  if (decision.mirror !== undefined) facts.push(["mirror", decision.mirror.reason]);
  if (decision.route !== null && decision.policies.length === 0) facts.push(["policies", style.faint("none")]);
  const by = decision.algorithm === null ? "" : `${decision.algorithm}: `;
  facts.push(["why", `${by}${reasonOf(decision)}`]);
  if (decision.code !== undefined)
    facts.push(["code", `${decision.code} ${style.faint(`gatewayctl explain ${decision.code}`)}`]);
  return facts;
}

function versionOf({ name, reason }: NonNullable<Decision["version"]>): string {
  return name === null ? reason : `${name}, ${reason}`;
}

function splitOf({ services, by, reason }: NonNullable<Decision["split"]>): string {
  const shares = services.map(({ service, weight }) => `${service} ${weight}`).join(", ");
  return `${shares}${by === null ? ", in turn" : ` by ${by}`}: ${reason}`;
}

/** It stands after a colon. */
function reasonOf({ reason }: Decision): string {
  return reason.replace(/^It /, "it ");
}

/** "unknown" depends on what only live traffic shows. */
const VERDICT_MARKS: Readonly<Record<string, readonly [tone: "good" | "bad", mark: string]>> = {
  pass: ["good", "✓"],
  respond: ["good", "←"],
  reject: ["bad", "✗"],
};

/** A line for each policy, in their order, as far as the request gets. */
function writePolicies(sink: TextSink, { policies }: Decision, style: Style): void {
  if (policies.length === 0) return;
  sink.write(`\n${style.strong("Policies")}\n`);
  const width = Math.max(...policies.map(({ name }) => name.length));
  for (const { name, verdict, reason } of policies) {
    const [tone, mark] = VERDICT_MARKS[verdict] ?? ["warning", "?"];
    sink.write(`  ${style[tone](mark)} ${name.padEnd(width)}  ${style.faint(reason)}\n`);
  }
}

function writeRoutes(sink: TextSink, { considered }: Decision, style: Style): void {
  if (considered.length === 0) return;
  sink.write(`\n${style.strong("Routes")}\n`);
  const width = Math.min(40, Math.max(...considered.map(({ route }) => route.length)));
  for (const { route, chosen, matched, reason } of considered) {
    const mark = chosen ? style.good("✓") : matched ? style.warning("·") : style.faint("✗");
    const name = chosen ? style.strong(route.padEnd(width)) : route.padEnd(width);
    sink.write(`  ${mark} ${name}  ${chosen ? reason : style.faint(reason)}\n`);
  }
}

function writeCandidates(sink: TextSink, { candidates, endpoint }: Decision, style: Style): void {
  if (candidates.length === 0) return;
  sink.write(`\n${style.strong("Endpoints")}\n`);
  const width = Math.max(...candidates.map((candidate) => candidate.endpoint.length));
  for (const candidate of candidates) {
    const chosen = candidate.endpoint === endpoint;
    const mark = chosen ? style.good("✓") : candidate.eligible ? style.faint("·") : style.bad("✗");
    const score = candidate.score === undefined ? "" : `score ${formatScore(candidate.score)}`;
    const name = chosen ? style.strong(candidate.endpoint.padEnd(width)) : candidate.endpoint.padEnd(width);
    sink.write(`  ${mark} ${name}  ${score.padEnd(12)} ${style.faint(candidate.reason)}\n`);
  }
}
