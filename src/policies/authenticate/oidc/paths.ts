/**
 * Where the provider sends browsers back to: to be registered there as a redirect URI, once for each origin that the
 * gateway is reached at ("https://shop.example/.gatewayctl/oidc/callback"). It is answered before routing, so that no
 * route is needed for it, and whatever prefixes the config's routes have.
 */
export const CALLBACK_PATH = "/.gatewayctl/oidc/callback";

/** Ends the session of the browser that asks. */
export const LOGOUT_PATH = "/.gatewayctl/oidc/logout";
