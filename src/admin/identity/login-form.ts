import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { AuthorizeRequest } from "./authorize-request.ts";

/** Cookies know no ports: the name must not be that of a service behind the gateway. */
export const LOGIN_COOKIE = "gatewayctl_idp_login";

const VALUE = /^[A-Za-z0-9_-]{43}$/;

/**
 * Ties the form of the login page to the browser that was shown it: a page of another origin can post a form here, but
 * cannot know the token that belongs to the browser's cookie and to what is asked for.
 */
export class LoginForms {
  private readonly secret = randomBytes(32);

  /** The browser's own mark: the one that it has, or a new one. */
  markOf(cookieHeader: string | undefined): string {
    return readMark(cookieHeader) ?? randomBytes(32).toString("base64url");
  }

  /** The form's token for this browser and this request. */
  tokenFor(mark: string, request: AuthorizeRequest): string {
    const { clientId, redirectUri, challenge, scopes, audience, state = "", nonce = "" } = request;
    const asked = JSON.stringify([mark, clientId, redirectUri, challenge, scopes, audience, state, nonce]);
    return createHmac("sha256", this.secret).update(asked).digest("base64url");
  }

  /** Whether a form that came back is one that this browser was shown. */
  isOurs(cookieHeader: string | undefined, token: string | undefined, request: AuthorizeRequest): boolean {
    const mark = readMark(cookieHeader);
    if (mark === undefined || token === undefined || !VALUE.test(token)) return false;
    return timingSafeEqual(Buffer.from(token), Buffer.from(this.tokenFor(mark, request)));
  }
}

/**
 * `Lax`, so that a login that begins on another site finds the mark that another tab was given; a form posted from there
 * does not carry it.
 */
export function loginCookie(mark: string): string {
  return `${LOGIN_COOKIE}=${mark}; Path=/idp; HttpOnly; SameSite=Lax`;
}

function readMark(cookieHeader: string | undefined): string | undefined {
  const pairs = (cookieHeader ?? "").split(";").map((pair) => pair.trim());
  const marks = pairs
    .filter((pair) => pair.startsWith(`${LOGIN_COOKIE}=`))
    .map((pair) => pair.slice(LOGIN_COOKIE.length + 1));
  const [mark] = marks;
  return marks.length === 1 && mark !== undefined && VALUE.test(mark) ? mark : undefined;
}
