import type { Answer } from "../../../exchange/answer.ts";
import type { PolicyExchange } from "../../../exchange/policy-exchange.ts";
import type { Contract } from "../contract.ts";
import { decode, type Decoded, decodeNow } from "../values/content-coding.ts";
import { type RequestFault, refuseFaults, refuseLength } from "./fault.ts";
import type { HeadJudgement, Limits } from "./judge-head.ts";
import { checkBytes } from "./read-body.ts";

/** Waits for a request's body, and looks at it. The endpoint gets it as it came, codings included. */
export async function judgeBody(
  exchange: PolicyExchange,
  head: HeadJudgement,
  contract: Contract,
  limits: Limits,
): Promise<Answer | undefined> {
  const { maxBytes } = limits;
  const bytes = await exchange.body(maxBytes);
  if (bytes === undefined) return refuseLength(maxBytes);
  return judgeDecoded(await decode(bytes, codingsIn(head), maxBytes), head, contract, limits);
}

/** The same at once, of a body that is here. */
export function judgeGivenBody(
  bytes: Uint8Array,
  head: HeadJudgement,
  contract: Contract,
  limits: Limits,
): Answer | undefined {
  if (bytes.length > limits.maxBytes) return refuseLength(limits.maxBytes);
  return judgeDecoded(decodeNow(bytes, codingsIn(head), limits.maxBytes), head, contract, limits);
}

/** All rules are of one request, and that has one Content-Encoding. */
function codingsIn({ rules }: HeadJudgement): readonly string[] {
  return rules[0]?.codings ?? [];
}

function judgeDecoded(
  decoded: Decoded,
  { rules, missing }: HeadJudgement,
  { validators }: Contract,
  { maxBytes, maxDepth }: Limits,
): Answer | undefined {
  if (decoded.problem === "too-long") return refuseLength(maxBytes);
  if (decoded.problem !== undefined) {
    return refuseFaults([{ in: "body", pointer: "", message: "is not of its Content-Encoding", keyword: "encoding" }]);
  }
  const { bytes } = decoded;
  if (bytes.length === 0) return missing && refuseFaults([missing]);
  const faults = rules.flatMap((rule) =>
    checkBytes(bytes, { ...rule, maxDepth }, validators).map((fault): RequestFault => ({ ...fault, in: "body" })),
  );
  return faults.length === 0 ? undefined : refuseFaults(faults);
}
