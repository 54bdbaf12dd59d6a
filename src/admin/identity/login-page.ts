import type { AuthorizeRequest } from "./authorize-request.ts";
import { escapeHtml, type Page, page } from "./html.ts";

/** Who can be logged in as. */
export interface Person {
  readonly name: string;
  readonly roles: readonly string[];
}

/** Stands in where the config has no consumers. */
export const SOMEBODY: Person = { name: "developer", roles: [] };

/** One button for each consumer: a click is the login. */
export function loginPage(request: AuthorizeRequest, people: readonly Person[], csrf: string): Page {
  const { clientId, redirectUri, scopes } = request;
  const wants = scopes.length === 0 ? "" : `, which asks for ${scopes.join(", ")}`;
  const body = `<p>gatewayctl's development issuer: no password, for this machine only. You go on to ${escapeHtml(clientId)} at
${escapeHtml(new URL(redirectUri).origin)}${escapeHtml(wants)}.</p>
<form method="post" action="/idp/login">
${hiddenFields(request, csrf)}
${people.map(button).join("\n")}
</form>`;
  return page("Who do you want to be?", body, formTargets(redirectUri));
}

/** Browsers hold the redirect that answers a form to `form-action`, and those that follow it. */
function formTargets(redirectUri: string): string[] {
  const { origin, hostname } = new URL(redirectUri);
  // Policies cannot name an IPv6 address.
  if (hostname.startsWith("[")) return ["http:", "https:"];
  // From there the gateway may send them on, to another port or to https.
  return [origin, `http://${hostname}:*`, `https://${hostname}:*`];
}

function hiddenFields(request: AuthorizeRequest, csrf: string): string {
  const { clientId, redirectUri, challenge, scopes, audience, state, nonce } = request;
  const fields: (readonly [string, string | undefined])[] = [
    ["csrf", csrf],
    ["response_type", "code"],
    ["client_id", clientId],
    ["redirect_uri", redirectUri],
    ["code_challenge", challenge],
    ["code_challenge_method", "S256"],
    ["scope", scopes.join(" ")],
    ...audience.map((one) => ["audience", one] as const),
    ["state", state],
    ["nonce", nonce],
  ];
  return fields
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value = ""]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join("\n");
}

function button({ name, roles }: Person): string {
  const shown = roles.length === 0 ? "no roles" : roles.join(", ");
  return `<button name="consumer" value="${escapeHtml(name)}">${escapeHtml(name)}<small>${escapeHtml(shown)}</small></button>`;
}
