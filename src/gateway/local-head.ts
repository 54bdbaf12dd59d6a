import { type LocalResponse, renderLocalHead, bodyOctets } from "../http/exchange/local-response.ts";
import { MessageHead } from "../http/head/message-head.ts";
import { scanResponse } from "../http/head/scan-response.ts";

/** The head of a response of the gateway's own, as if an endpoint had sent it. */
export function localHead(response: LocalResponse): MessageHead {
  const text = Buffer.from(renderLocalHead(response, response.length ?? bodyOctets(response).length, ""), "latin1");
  const head = new MessageHead();
  if (scanResponse(head, text, 0, text.length) <= 0) throw new TypeError(`no usable head: ${head.fault}`);
  return head;
}
