import type { ErrorCode } from "../shared/errors/gateway-error.ts";
import type { BodyStage, StageEnds } from "./body-stage.ts";
import type { HeaderReader } from "./header-reader.ts";

/** What a stage does to a response besides changing its body. */
export interface PassOptions {
  readonly keepsLength?: boolean;
  /** The head waits until the stage gives something on, a flush at least: up to then it may change fields. */
  readonly decidesHead?: boolean;
}

/** A response on its way to the client, as policies see it. Its fields are changed through `exchange.responseFields`. */
export interface PolicyResponse {
  readonly status: number;
  /**
   * Whose it is: an endpoint's; the gateway's (a `respond`, a composition, another policy's answer, among them what a
   * cache has stored); or an error of the gateway's own, which has a `code`.
   */
  readonly from: "endpoint" | "gateway";
  /** Set where it is an error of the gateway's own: `GW0303`, no answer of an endpoint. */
  readonly code: ErrorCode | undefined;
  /** Its fields as they came, without what policies change. Valid until the hook's promise, if any, has settled. */
  readonly sent: HeaderReader;
  /** Its fields as the client would get them so far. Valid as long as `sent`. */
  readonly headers: HeaderReader;
  /** Octets of the body, where that is known before it has come. */
  readonly length: number | undefined;
  /** Does a body follow? Not behind 204 and 304, and not for HEAD. */
  readonly hasBody: boolean;
  /**
   * The whole body, once it has come; nothing goes on to the client before. Where the endpoint fails meanwhile, the
   * promise never settles: the request is tried again, or answered with an error, which `onResponse` sees anew.
   * @param limit in octets
   * @returns `undefined` if it is longer: then it is gone, and the hook has to answer
   */
  body(limit: number): Promise<Uint8Array | undefined>;
  /** Another body in place of the one that `body` returned; its length is said by the gateway. */
  replaceBody(bytes: Uint8Array): void;
  /**
   * Has the body pass through a stage. What the stage gives on may differ in length: Content-Length is taken away, unless
   * the stage `keepsLength`.
   */
  pass(make: (ends: StageEnds) => BodyStage, options?: PassOptions): void;
}
