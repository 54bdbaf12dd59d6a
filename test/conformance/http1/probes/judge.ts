import type { ExpectedField, ExpectedRequest, ExpectedResponse, Outcome, Probe } from "./probe.ts";
import type { SeenResponse } from "./probing-client.ts";
import { type Field, valuesOf } from "./read-octets.ts";
import type { Seen } from "./run-probe.ts";
import type { SeenRequest } from "./scripted-endpoint.ts";

/** Whether a probe's requirement was kept, and what happened instead. */
export interface Verdict {
  /** `undefined`: not run. */
  readonly held: boolean | undefined;
  /** Against the outcome that came nearest; nothing where it was kept. */
  readonly complaints: readonly string[];
}

/** Holds what was seen against every outcome that is allowed. */
export function judge(probe: Probe, seen: Seen): Verdict {
  const all = probe.outcomes.map((outcome) => complain(outcome, seen));
  const nearest = all.reduce((best, next) => (next.length < best.length ? next : best));
  return { held: nearest.length === 0, complaints: nearest };
}

/**
 * What the outcomes that fit so far say of the client's connection; nothing where it does not matter, because one of
 * them says nothing, or none fits.
 */
export function connectionsAsked(probe: Probe, seen: Seen): ReadonlySet<"open" | "closed"> {
  const asked = new Set<"open" | "closed">();
  for (const { connection, ...rest } of probe.outcomes) {
    if (complain(rest, seen).length > 0) continue;
    if (connection === undefined) return new Set();
    asked.add(connection);
  }
  return asked;
}

function complain(outcome: Outcome, seen: Seen): string[] {
  const complaints: string[] = [];
  if (outcome.client) complaints.push(...ofResponses(outcome.client, seen));
  if (outcome.endpoint) complaints.push(...ofRequests(outcome.endpoint, seen.requests));
  const { endpointNever, clientNever } = outcome;
  if (endpointNever !== undefined && seen.endpointReceived.includes(endpointNever)) {
    complaints.push(`the endpoint got ${JSON.stringify(endpointNever)}`);
  }
  if (clientNever !== undefined && seen.clientReceived.includes(clientNever)) {
    complaints.push(`the client got ${JSON.stringify(clientNever)}`);
  }
  const { endpointConnections: connections } = outcome;
  if (connections !== undefined && connections !== seen.endpointConnections) {
    complaints.push(`${seen.endpointConnections} connections to the endpoint`);
  }
  // Where all else fits it has been looked at.
  if (outcome.connection !== undefined && outcome.connection !== seen.connection) {
    if (complaints.length === 0 || seen.connection !== undefined) complaints.push(`connection ${seen.connection}`);
  }
  return complaints;
}

function ofResponses(expected: readonly ExpectedResponse[], { responses, clientReceived }: Seen): string[] {
  if (responses.length !== expected.length) {
    const statuses = responses.map(({ status, whole }) => `${status}${whole ? "" : " cut short"}`).join(", ");
    if (statuses === "") return [clientReceived === "" ? "no answer" : `answered ${shown(clientReceived)}`];
    return [`answered ${statuses}`];
  }
  return expected.flatMap((each, i) => ofResponse(each, responses[i] as SeenResponse));
}

function ofResponse(expected: ExpectedResponse, seen: SeenResponse): string[] {
  const allowed = typeof expected.status === "number" ? [expected.status] : expected.status;
  if (!allowed.includes(seen.status)) return [`answered ${seen.status}`];
  const complaints: string[] = [];
  if (expected.line !== undefined && !matches(expected.line, seen.line)) complaints.push(shown(seen.line));
  complaints.push(...ofFields(expected.fields, seen.fields, ""));
  complaints.push(...ofFields(expected.trailers, seen.trailers, "trailer "));
  complaints.push(...ofInterim(expected, seen));
  if (expected.body !== undefined && seen.body !== expected.body) complaints.push(`body ${shown(seen.body)}`);
  if (seen.whole === (expected.cut === true)) complaints.push(seen.whole ? "seen as whole" : "cut short");
  return complaints;
}

function ofInterim({ interim, interimFields }: ExpectedResponse, seen: SeenResponse): string[] {
  const statuses = seen.interim.map(({ line }) => line.slice(9, 12)).join(", ");
  if (interim !== undefined && statuses !== interim.join(", ")) return [`1xx: ${statuses || "none"}`];
  return ofFields(
    interimFields,
    seen.interim.flatMap(({ fields }) => fields),
    "1xx ",
  );
}

function ofRequests(expected: readonly ExpectedRequest[], seen: readonly SeenRequest[]): string[] {
  if (seen.length !== expected.length) {
    return [`the endpoint read ${seen.map(({ line }) => shown(line)).join(", ") || "nothing"}`];
  }
  return expected.flatMap((each, i) => {
    const request = seen[i] as SeenRequest;
    const complaints = ofFields(each.fields, request.fields, "endpoint: ");
    complaints.push(...ofFields(each.trailers, request.trailers, "endpoint: trailer "));
    if (each.line !== undefined && each.line !== request.line) complaints.push(`endpoint: ${shown(request.line)}`);
    if (each.body !== undefined && each.body !== request.body) complaints.push(`endpoint: body ${shown(request.body)}`);
    return complaints;
  });
}

function ofFields(
  expected: Readonly<Record<string, ExpectedField>> | undefined,
  seen: readonly Field[],
  where: string,
): string[] {
  return Object.entries(expected ?? {})
    .filter(([name, wanted]) => !fieldMatches(wanted, valuesOf(seen, name)))
    .map(([name]) => `${where}${name}: ${valuesOf(seen, name).map(shown).join(" and ") || "missing"}`);
}

function fieldMatches(wanted: ExpectedField, values: readonly string[]): boolean {
  if (wanted === undefined) return values.length === 0;
  if (typeof wanted === "string" || wanted instanceof RegExp) {
    return values.length > 0 && matches(wanted, values.join(", "));
  }
  return values.length === wanted.length && values.every((value, i) => value === wanted[i]);
}

function matches(wanted: string | RegExp, text: string): boolean {
  return typeof wanted === "string" ? text === wanted : wanted.test(text);
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
