import { isLocalName } from "../../http/tls/local-names.ts";

/** Hosts of a listener's URL that stand for every name of this machine. */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const LONGEST = 2_000;

/**
 * Whether a browser may be sent to `target` with a code: an address of this gateway's own listeners, and of nobody else.
 *
 * An absolute http or https URL without user name, password and fragment, whose scheme and port are those of a listener,
 * and whose host is the listener's own or, for a listener on loopback, any local name: `localhost`, names below
 * `.localhost` and `.test`, 127.0.0.0/8, [::1]. The path is free: all paths there are the gateway's.
 *
 * @param listeners URLs as the gateway says where it listens: "http://localhost:8080"
 */
export function isOwnAddress(target: string, listeners: readonly string[]): boolean {
  // What parsers read in different ways: controls and blanks are dropped by some, "\\" is "/" to some.
  if (target.length > LONGEST || !/^https?:\/\/[\u0021-\u007e]+$/.test(target) || /[\\#]/.test(target)) return false;
  if (!URL.canParse(target)) return false;
  const url = new URL(target);
  if (url.username !== "" || url.password !== "" || /^https?:\/\/[^/?]*@/.test(target)) return false;
  return listeners.some((listener) => isAt(url, new URL(listener)));
}

/** As `isOwnAddress`, of an `Origin` field. */
export function isOwnOrigin(origin: string, listeners: readonly string[]): boolean {
  return isOwnAddress(origin, listeners) && new URL(origin).origin === origin;
}

function isAt(url: URL, listener: URL): boolean {
  if (url.protocol !== listener.protocol || url.port !== listener.port) return false;
  if (url.hostname === listener.hostname) return true;
  return LOOPBACK.includes(listener.hostname) && isLocalName(url.hostname.replace(/^\[(.*)\]$/, "$1"));
}
