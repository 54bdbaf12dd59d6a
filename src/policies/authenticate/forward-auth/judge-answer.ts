import type { Fields, PlainAnswer } from "../../../exchange/answer.ts";
import type { Principal } from "../../../exchange/principal.ts";
import type { AuthAnswer } from "../auth-client.ts";
import { identityFields } from "../identity-fields.ts";
import { type Finding, type Proof, unavailable } from "../method.ts";

/** What the client gets of an auth service's answer. Anything else of it stays between the two servers. */
const TO_CLIENT: ReadonlySet<string> = new Set([
  "www-authenticate",
  "location",
  "set-cookie",
  "content-type",
  "cache-control",
  "retry-after",
]);

export const NO_ANSWER = unavailable("the auth service did not answer");

/** 2xx lets in. */
export function letsIn(status: number): boolean {
  return status >= 200 && status < 300;
}

/**
 * What an auth service's answer comes to: 2xx lets in, 5xx says nothing of the caller, anything else is for the client.
 * @param chosen names of fields that go on to the endpoint, in lower case
 */
export function judgeAnswer(answer: AuthAnswer, chosen: readonly string[]): Finding {
  const { status } = answer;
  if (letsIn(status)) return proofOf(answer.fields, chosen);
  const reply = status >= 300 && status < 500 ? replyOf(answer) : undefined;
  if (reply === undefined) return NO_ANSWER;
  return { kind: "reply", answer: reply, reason: `the auth service answered ${status}` };
}

function proofOf(given: Fields, chosen: readonly string[]): Proof {
  const fields = given.filter(([name]) => chosen.includes(name));
  const id = idFrom([
    ["x-user-id", valueOf(given, "x-user-id")],
    ...chosen.map((name) => [name, valueOf(given, name)] as const),
  ]);
  const principal: Principal = { id, consumer: undefined, roles: [], scopes: [], claims: {}, method: "external" };
  // The service's own word on x-consumer-* counts, where it is asked for.
  const own = identityFields(principal).filter(([name]) => !chosen.includes(name));
  return { kind: "proof", principal, fields: [...own, ...fields] };
}

function idFrom(candidates: readonly (readonly [name: string, value: string | undefined])[]): string {
  return candidates.find(([, value]) => value !== undefined && value !== "")?.[1] ?? "external";
}

function valueOf(fields: Fields, name: string): string | undefined {
  return fields.find(([known]) => known === name)?.[1];
}

/** `undefined` for a body that cannot be sent on as text. */
function replyOf({ status, fields, body }: AuthAnswer): PlainAnswer | undefined {
  const coding = valueOf(fields, "content-encoding");
  if (coding !== undefined && body.length > 0) return undefined;
  const text = textOf(body, valueOf(fields, "content-type"));
  if (text === undefined) return undefined;
  const shown = fields.filter(([name]) => TO_CLIENT.has(name));
  return {
    kind: "response",
    status,
    fields: shown.map(([name, value]) => [name, name === "content-type" ? inUtf8(value) : value] as const),
    body: text,
  };
}

const CHARSET = /;\s*charset="?([^\s";]+)"?/i;

function textOf(body: Buffer, contentType = ""): string | undefined {
  try {
    return new TextDecoder(CHARSET.exec(contentType)?.[1] ?? "utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** Answers of the gateway are UTF-8, whatever they came in. */
function inUtf8(contentType: string): string {
  return contentType.replace(CHARSET, "; charset=utf-8");
}
