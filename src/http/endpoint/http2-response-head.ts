import { Framing } from "../body/framing.ts";
import { MessageHead } from "../head/message-head.ts";
import { scanResponse } from "../head/scan-response.ts";
import { responseText } from "./http2-response-text.ts";

/** Heads are read within one event, so one of each serves every stream of the process: valid until the next is read. */
export interface Http2ResponseHead {
  readonly head: MessageHead;
  readonly framing: Framing;
}

const result: Http2ResponseHead = { head: new MessageHead(), framing: new Framing() };

/**
 * Reads a response's header list as strictly as an HTTP/1.1 head; or says what is wrong with it, as in "its head has …".
 *
 * @param list names and values by turns, as they came
 * @param isEnd the stream ends with it
 * @param method of the request that it answers
 */
export function readResponseHead(
  list: readonly string[],
  isEnd: boolean,
  method: string,
): Http2ResponseHead | { readonly fault: string } {
  const { head, framing } = result;
  const rendered = responseText(list, isEnd && method !== "HEAD");
  if ("fault" in rendered) return { fault: `its head has ${rendered.fault}` };
  const bytes = Buffer.from(rendered.text, "latin1");
  if (scanResponse(head, bytes, 0, bytes.length) !== bytes.length) return { fault: `its head has ${head.fault}` };
  if (head.status < 200) return isEnd ? { fault: "it ends with an interim response" } : result;
  if (!framing.readResponse(head, method)) return { fault: `its head has ${framing.fault}` };
  if (isEnd && framing.kind === "length") return { fault: "its body is missing" };
  return result;
}
