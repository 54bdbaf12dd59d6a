import { FIELD } from "../head/field-kind.ts";
import type { MessageHead } from "../head/message-head.ts";

/**
 * Does the request ask for a WebSocket (RFC 6455 section 4.1)? Other protocols are not offered: their Upgrade is cut
 * like every hop-by-hop field, and the request goes on as a plain one (RFC 9110 section 7.8).
 */
export function wantsWebSocket(head: MessageHead, method: string, hasBody: boolean): boolean {
  const at = head.indexOfKind(FIELD.UPGRADE);
  if (at < 0 || method !== "GET" || hasBody || head.minorVersion !== 1) return false;
  if (head.value(at).toLowerCase() !== "websocket") return false;
  const options = (head.get("connection") ?? "").toLowerCase().split(",");
  return options.some((option) => option.trim() === "upgrade");
}

/** The field lines of a head that `requestHead` made, as the object that `node:http` takes, with the upgrade's own. */
export function upgradeHeaders(requestHeadText: string): Record<string, string | string[]> {
  // Without a prototype: a field may be called "constructor" or "__proto__".
  const headers: Record<string, string | string[]> = Object.create(null);
  for (const line of requestHeadText.split("\r\n").slice(1)) {
    const colon = line.indexOf(":");
    if (colon < 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else headers[name] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  headers["connection"] = "Upgrade";
  headers["upgrade"] = "websocket";
  return headers;
}
