/** RFC 9110 section 5.6.2 (tchar), section 5.5 (field-vchar), RFC 3986: which octets may stand where. */

export const CR = 13;
export const LF = 10;
export const SP = 32;
export const TAB = 9;
export const COLON = 58;

function octets(allowed: (octet: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, octet) => (allowed(octet) ? 1 : 0));
}

const TOKEN_MARKS = "!#$%&'*+-.^_`|~";

/** 1 for the octets of a token: field names and methods. */
export const TOKEN = octets((octet) => {
  const char = String.fromCharCode(octet);
  return /[A-Za-z0-9]/.test(char) || TOKEN_MARKS.includes(char);
});

/** 1 for the octets of a field value: visible, space, tab and obs-text; never a control. */
export const FIELD_VALUE = octets((octet) => octet === TAB || (octet >= 0x20 && octet !== 0x7f));

/**
 * 1 for the octets of a request target: visible ASCII. Wider than RFC 3986 (browsers send "|" and "{"), but nothing
 * that could end the line or be taken for white space; "#" never belongs in one.
 */
export const TARGET = octets((octet) => octet > 0x20 && octet < 0x7f && octet !== 0x23);
