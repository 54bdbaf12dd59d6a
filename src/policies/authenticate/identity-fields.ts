import type { Fields } from "../../exchange/answer.ts";
import type { Principal } from "../../exchange/principal.ts";

/** What endpoints are told of a caller. Fields that would say nothing are left out; a client's own never come this far. */
export function identityFields({ id, consumer, roles, claims }: Principal): Fields {
  const fields: [string, string][] = [];
  if (id !== "") fields.push(["x-consumer-id", fieldText(id)]);
  if (consumer !== undefined) fields.push(["x-consumer-name", fieldText(consumer)]);
  if (roles.length > 0) {
    fields.push(["x-consumer-roles", roles.map((role) => fieldText(role).replaceAll(",", "%2C")).join(",")]);
  }
  if (Object.keys(claims).length > 0) {
    fields.push(["x-consumer-claims", Buffer.from(JSON.stringify(claims)).toString("base64url")]);
  }
  return fields;
}

/**
 * A text as a field value: what is not visible ASCII, "%" itself and spaces at the ends are percent-encoded (UTF-8), so
 * that two texts never look alike to the endpoint. Anything that was replaced by "?" would let one caller pass for another.
 */
function fieldText(text: string): string {
  if (/^[\x21-\x24\x26-\x7e]+(?: +[\x21-\x24\x26-\x7e]+)*$/.test(text)) return text;
  return text.replace(/[^\x20-\x24\x26-\x7e]+|^ +| +$/g, percentEncoded);
}

function percentEncoded(text: string): string {
  return Buffer.from(text).toString("hex").toUpperCase().replace(/../g, "%$&");
}
