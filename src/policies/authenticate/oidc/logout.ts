import type { Answer, PlainAnswer } from "../../../exchange/answer.ts";
import type { RequestFacts } from "../../../exchange/request-facts.ts";
import { isFromHere, originOf } from "./browser.ts";
import { redirect } from "./login.ts";
import { LOGOUT_PATH } from "./paths.ts";
import type { Provider } from "./provider.ts";
import type { Sessions } from "./sessions.ts";

/**
 * Ends the browser's session, and goes on to the provider's logout where it has one, and from there, or at once, to "/".
 * Another site's link or form ends nothing: the user is asked first. Only a request of this origin's own pages, or one
 * that the user has typed, is obeyed at once.
 *
 * The provider may want the address that it sends the browser back to ("https://shop.example/") registered, as with the
 * callback. Source: OpenID Connect RP-Initiated Logout 1.0 section 2.
 */
export function logOut(
  request: RequestFacts,
  {
    sessions,
    provider,
    clientId,
  }: { readonly sessions: Sessions; readonly provider: Provider; readonly clientId: string },
): Answer | Promise<Answer> {
  const origin = originOf(request);
  if (origin === undefined || !isFromHere(request, origin)) return CONFIRM;
  const cookie = sessions.end(request.scheme === "https");
  const metadata = provider.metadata();
  const go = (endSession: string | undefined): Answer => {
    if (endSession === undefined) return redirect(303, "/", [cookie]);
    const url = new URL(endSession);
    url.searchParams.set("client_id", clientId);
    url.searchParams.set("post_logout_redirect_uri", `${origin}/`);
    return redirect(303, url.href, [cookie]);
  };
  return metadata instanceof Promise ? metadata.then((found) => go(found?.endSession)) : go(metadata?.endSession);
}

/** Its form is posted from this origin, which no other site can do; nobody can show it in a frame. */
const CONFIRM: PlainAnswer = {
  kind: "response",
  status: 200,
  fields: [
    ["content-type", "text/html; charset=utf-8"],
    ["cache-control", "no-store"],
    // No form-action: browsers differ in whether it holds for the provider's page, to which the answer redirects.
    ["content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"],
    ["referrer-policy", "same-origin"],
  ],
  body: `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log out</title>
<form method="post" action="${LOGOUT_PATH}"><p>Log out here?</p><button>Log out</button></form>
</html>
`,
};
