import type { Fields } from "./answer.ts";
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
  /** Parameters of these names do not go on to the endpoint. */
  removeQuery(name: string): void;
}
