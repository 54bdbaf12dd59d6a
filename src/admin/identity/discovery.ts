import { LOCAL_ISSUER } from "../../identity/issuer-name.ts";
import { SIGNING_ALGORITHMS } from "../../identity/signing-key.ts";

/**
 * The issuer's metadata (OpenID Connect Discovery 1.0 section 3, RFC 8414).
 * @param base where its pages are, as the client has reached them: "http://localhost:9901/idp"
 */
export function metadata(base: string): object {
  return {
    issuer: LOCAL_ISSUER,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    userinfo_endpoint: `${base}/userinfo`,
    end_session_endpoint: `${base}/logout`,
    jwks_uri: `${base}/jwks.json`,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: ["authorization_code", "client_credentials"],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "client_secret_post"],
    scopes_supported: ["openid", "profile"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: SIGNING_ALGORITHMS,
    claims_supported: ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "name", "preferred_username", "roles"],
    authorization_response_iss_parameter_supported: true,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  };
}
