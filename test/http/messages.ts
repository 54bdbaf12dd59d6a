import { RequestView } from "../../src/http/exchange/request-view.ts";
import { MessageHead } from "../../src/http/head/message-head.ts";
import { scanRequest } from "../../src/http/head/scan-request.ts";
import { scanResponse } from "../../src/http/head/scan-response.ts";

const LIMIT = 16 * 1024;

/** A head with these lines, CRLF between them and the empty line behind. */
export function lines(...text: readonly string[]): string {
  return `${text.join("\r\n")}\r\n\r\n`;
}

/** The head of a request that is known to be well-formed; one character an octet. */
export function scannedRequest(text: string): MessageHead {
  const head = new MessageHead();
  scanInto(head, text);
  return head;
}

function scanInto(head: MessageHead, text: string): void {
  const bytes = Buffer.from(text, "latin1");
  if (scanRequest(head, bytes, 0, bytes.length, LIMIT) <= 0) throw new Error(`not a whole head: ${head.fault}`);
}

/** The head of a response that is known to be well-formed. */
export function scannedResponse(text: string): MessageHead {
  const head = new MessageHead();
  const bytes = Buffer.from(text, "latin1");
  if (scanResponse(head, bytes, 0, bytes.length) <= 0) throw new Error(`not a whole head: ${head.fault}`);
  return head;
}

/** A view of a request that is known to be well-formed, not yet read. */
export function viewOf(text: string): RequestView {
  const view = new RequestView();
  scanInto(view.head, text);
  return view;
}

/** A view of a request that is not refused. */
export function readView(text: string): RequestView {
  const view = viewOf(text);
  const refusal = view.read();
  if (refusal) throw new Error(refusal.detail);
  return view;
}
