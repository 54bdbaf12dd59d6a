import type { FastifyReply, FastifyRequest } from "fastify";
import { escapeHtml, type Page, page } from "./html.ts";
import { type Parameters, readParameters } from "./parameters.ts";

/** A page that tells the user, and nobody else, why it does not go on. */
export function refusal(why: string): Page {
  return page("This login cannot go on", `<p>${escapeHtml(why)}</p>`);
}

export function sendPage(reply: FastifyReply, status: number, { html, headers }: Page): FastifyReply {
  return reply.code(status).headers(headers).send(html);
}

/** 303: the browser fetches the target, and posts nothing there (RFC 9700 section 4.12). */
export function redirect(
  reply: FastifyReply,
  target: string,
  fields: Record<string, string | undefined>,
): FastifyReply {
  const url = new URL(target);
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) url.searchParams.append(name, value);
  return reply.code(303).header("location", url.href).send();
}

/** Of the query; of the form where one is posted. */
export function parametersOf(request: FastifyRequest): Parameters {
  return request.method === "POST" ? formOf(request) : readParameters(request.url.split("?")[1] ?? "");
}

/** Of the form. */
export function formOf({ body }: FastifyRequest): Parameters {
  return readParameters(typeof body === "string" ? body : "");
}
