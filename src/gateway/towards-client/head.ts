import { FIELD } from "../../http/head/field-kind.ts";
import { MessageHead } from "../../http/head/message-head.ts";
import { scanResponse } from "../../http/head/scan-response.ts";
import { cookieTowardsClient } from "./cookie.ts";
import { type ClientView, locationTowardsClient, refreshTowardsClient } from "./location.ts";

/** Which fields are changed. */
export interface Wanted {
  readonly location: boolean;
  readonly cookies: boolean;
}

/**
 * A response's head with what its endpoint says of itself in Location, Content-Location, Refresh and Set-Cookie said as
 * the client has to read it; the same head where nothing of that changes.
 */
export function headTowardsClient(head: MessageHead, view: ClientView, wanted: Wanted): MessageHead {
  const { text, offsets, kinds, count } = head;
  let changed = "";
  let from = 0;
  for (let i = 0; i < count; i++) {
    const kind = kinds[i] as number;
    if (kind < FIELD.LOCATION || !(kind === FIELD.SET_COOKIE ? wanted.cookies : wanted.location)) continue;
    const value = head.value(i);
    const mapped = valueTowardsClient(head, i, value, view);
    if (mapped === value) continue;
    changed += text.slice(from, offsets[i * 4 + 2]) + mapped;
    from = offsets[i * 4 + 3] as number;
  }
  return from === 0 ? head : (readAgain(changed + text.slice(from)) ?? head);
}

function valueTowardsClient(head: MessageHead, index: number, value: string, view: ClientView): string {
  if (head.kinds[index] === FIELD.SET_COOKIE) return cookieTowardsClient(value, view);
  return head.isNamed(index, "refresh") ? refreshTowardsClient(value, view) : locationTowardsClient(value, view);
}

/** `undefined` where it has become larger than a head may be. */
function readAgain(text: string): MessageHead | undefined {
  const bytes = Buffer.from(text, "latin1");
  const head = new MessageHead();
  return scanResponse(head, bytes, 0, bytes.length) > 0 ? head : undefined;
}
