import { LOCAL_DOMAINS } from "./local-names.ts";

/** id-ce-nameConstraints, RFC 5280 section 4.2.1.10. */
export const NAME_CONSTRAINTS = "2.5.29.30";

const SEQUENCE = 0x30;
/** [0] of NameConstraints, constructed: permittedSubtrees. */
const PERMITTED = 0xa0;
/** [2] and [7] of GeneralName: dNSName and iPAddress. */
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

/** Address and mask, as RFC 5280 has it for constraints: 127.0.0.0/8, and ::1 alone. */
const LOOPBACK = [
  Buffer.from([127, 0, 0, 0, 255, 0, 0, 0]),
  Buffer.concat([Buffer.alloc(15), Buffer.from([1]), Buffer.alloc(16, 0xff)]),
];

/**
 * The value of the extension that keeps a local CA local, in DER: whoever gets hold of its key can make certificates for
 * these names only. A dNSName constraint takes in all names below it.
 */
export function localNameConstraints(): Buffer {
  const bases = [
    ...LOCAL_DOMAINS.map((domain) => element(DNS_NAME, Buffer.from(domain, "latin1"))),
    ...LOOPBACK.map((range) => element(IP_ADDRESS, range)),
  ];
  const subtrees = Buffer.concat(bases.map((base) => element(SEQUENCE, base)));
  return element(SEQUENCE, element(PERMITTED, subtrees));
}

/** One element of less than 128 octets, so that its length is one octet (X.690 section 8.1.3.4). */
function element(tag: number, content: Buffer): Buffer {
  if (content.length > 127) throw new RangeError("a DER element of more than 127 octets");
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
}
