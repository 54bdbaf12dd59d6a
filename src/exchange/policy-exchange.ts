import type { Fields } from "./answer.ts";
import type { CollectedResponse } from "./collected-response.ts";
import type { FieldEdits, RequestFieldEdits } from "./field-edits.ts";
import type { Principal } from "./principal.ts";
import type { RequestFacts } from "./request-facts.ts";

/** An exchange as policies see it, whatever wire it came over. Valid until `onFinish` has been called. */
export interface PolicyExchange {
  readonly request: RequestFacts;
  readonly requestId: string;
  readonly routeName: string;
  /** `undefined` where the route answers by itself. */
  readonly serviceName: string | undefined;
  /** Set by `authenticate`. */
  principal: Principal | undefined;
  /** Set by `authenticate` where it lets in somebody unknown: WWW-Authenticate, for whoever turns them away after all. */
  challenges: Fields | undefined;
  /** Changes to the request on its way to the endpoint. */
  readonly requestFields: RequestFieldEdits;
  /** Changes to whatever response the client gets, the gateway's own included. */
  readonly responseFields: FieldEdits;
  /** Parameters of this name do not go on to the endpoint. */
  removeQuery(name: string): void;
  /** The query as it goes on to the endpoint, without "?". */
  query: string;
  /** What the route's path captured, by name, as the client encoded it. */
  readonly captures: Readonly<Record<string, string>>;
  /** The version of the API that the request means; `undefined` where it means none, or there are none. */
  readonly version?: string | undefined;
  /**
   * Of a route with `split`: the service that this request is for. Asking picks it, so that policies in front of
   * authentication must not.
   */
  readonly pickedService?: string | undefined;
  /** The path that the endpoint gets, in its normal form: behind a version in the path, and the route's `rewrite`. */
  readonly endpointPath: string;
  /** Does a body come with the request? */
  readonly hasBody: boolean;
  /**
   * The request's whole body, without framing, once it has come; asked for again, the same one. The promise never settles
   * if the client goes away before.
   * @param limit in octets
   * @returns `undefined` if it is longer; then the request cannot go on, and the hook has to answer
   */
  body(limit: number): Promise<Uint8Array | undefined>;
  /** In `explain` alone: the body that the question comes with, if any. */
  readonly givenBody: Uint8Array | undefined;
  /** Another body in place of the client's, after `body`; its length is said by the gateway. */
  replaceBody(bytes: Uint8Array): void;
  /**
   * Sends the request, as it stands and without its body, to the route's service once more, for the gateway's own use: no
   * policy sees it, and it goes on when the client has left. To be called inside a hook, before its first await.
   * @param fields that are set besides
   * @returns `undefined` where no endpoint answered, or with a body of more than `limit` octets
   */
  sendAgain(fields: Fields, limit: number): Promise<CollectedResponse | undefined>;
}
