/**
 * The `iss` of every token of the development issuer. A constant: tokens are as good after the admin API has had to take
 * another port, in a second gateway, and where none runs. With the admin API at its usual port it is also the address of
 * the issuer's metadata, as OpenID Connect Discovery 1.0 section 4.3 wants it.
 */
export const LOCAL_ISSUER = "http://localhost:9900/idp";

/** Where the issuer's pages are on the admin API. */
export const ISSUER_PATH = "/idp";
