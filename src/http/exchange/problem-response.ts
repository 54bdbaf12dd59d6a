import { STATUS_CODES } from "node:http";
import { type ErrorCode, errorEntry } from "../../shared/errors/table.ts";
import type { LocalResponse } from "./local-response.ts";

/** One error answer: what it says, and to whom. */
export interface Problem {
  readonly code: ErrorCode;
  /** In place of the table's status. */
  readonly status?: number;
  /** One sentence about this occurrence. Shown only where `development` is true, unless it is `publicDetail`. */
  readonly detail?: string;
  /** The detail says nothing of what is behind the gateway, and is shown to every client. */
  readonly publicDetail?: boolean;
  readonly requestId: string;
  readonly route?: string | undefined;
  readonly service?: string | undefined;
  /** "users; http://localhost:4001": shown in Proxy-Status where `development` is true. */
  readonly nextHop?: string | undefined;
  /** Further fields: allow, retry-after. */
  readonly fields?: readonly (readonly [name: string, value: string])[];
  /** Members of the JSON besides those of every problem. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Accept, as the client sent it: a browser gets a page. */
  readonly accept: string | undefined;
  /** May names of routes, services and endpoints be shown (SEMANTICS: `expose: development`)? */
  readonly development: boolean;
  readonly close?: boolean;
}

/**
 * The answer to a client for an error of the table: RFC 9457 problem+json, or a page for a browser, with Proxy-Status
 * (RFC 9209) where the table gives an error type.
 */
export function problemResponse(problem: Problem): LocalResponse {
  const entry = errorEntry(problem.code);
  const status = problem.status ?? entry.httpStatus ?? 500;
  const shown = problem.development || problem.publicDetail === true ? problem.detail : undefined;
  const fields: [string, string][] = [["cache-control", "no-store"]];
  if (entry.proxyStatus !== undefined) fields.push(["proxy-status", proxyStatus(problem, entry.proxyStatus)]);
  for (const [name, value] of problem.fields ?? []) fields.push([name, value]);

  const page = wantsPage(problem.accept);
  fields.unshift(["content-type", page ? "text/html; charset=utf-8" : "application/problem+json"]);
  if (page) fields.push(["vary", "accept"]);
  const members = {
    type: "about:blank",
    title: entry.title,
    status,
    ...(shown === undefined ? {} : { detail: shown }),
    code: problem.code,
    ...(problem.development ? { route: problem.route, service: problem.service } : {}),
    requestId: problem.requestId,
    ...problem.members,
  };
  const body = page
    ? problemPage(members, problem.development ? entry.hint : undefined)
    : `${JSON.stringify(members)}\n`;
  return { status, fields, body, ...(problem.close === undefined ? {} : { close: problem.close }) };
}

function proxyStatus(problem: Problem, error: string): string {
  const nextHop = problem.development && problem.nextHop !== undefined ? `; next-hop=${quoted(problem.nextHop)}` : "";
  return `gatewayctl; error=${error}${nextHop}`;
}

/** RFC 8941 string: visible ASCII, with quotes and backslashes escaped. */
function quoted(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, "?").replace(/["\\]/g, "\\$&")}"`;
}

/** Browsers name text/html; tools that take anything (`*\/*`) get JSON. */
function wantsPage(accept: string | undefined): boolean {
  return accept !== undefined && /\btext\/html\b/i.test(accept);
}

interface Members {
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: string;
  readonly route?: string | undefined;
  readonly service?: string | undefined;
  readonly requestId: string;
}

function problemPage(members: Members, hint: string | undefined): string {
  const rows = (["code", "route", "service", "requestId"] as const)
    .filter((name) => members[name] !== undefined)
    .map(
      (name) => `<dt>${name === "requestId" ? "request id" : name}</dt><dd>${escapeHtml(String(members[name]))}</dd>`,
    )
    .join("");
  const reason = STATUS_CODES[members.status] ?? "";
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${members.status} ${escapeHtml(members.title)}</title>
<style>
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:12vh auto;padding:0 1.5rem}
p.status{font-size:.9rem;letter-spacing:.04em;opacity:.65;margin:0}
h1{font-size:1.7rem;line-height:1.25;margin:.2rem 0 1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.25rem;font:14px/1.6 ui-monospace,monospace;
border-top:1px solid #8884;padding-top:1rem;margin-top:2rem}dt{opacity:.65}dd{margin:0;overflow-wrap:anywhere}
</style>
<p class="status">${members.status} ${escapeHtml(reason)}</p>
<h1>${escapeHtml(members.title)}</h1>
${members.detail === undefined ? "" : `<p>${escapeHtml(members.detail)}</p>`}
${hint === undefined ? "" : `<p>${codeMarks(escapeHtml(hint))}</p>`}
<dl>${rows}</dl>
</html>
`;
}

/** What the table writes between backticks is something to type. */
function codeMarks(html: string): string {
  return html.replace(/`([^`]+)`/g, "<code>$1</code>");
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
