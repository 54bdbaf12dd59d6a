/** A quoted string may hold a comma, or the name of a directive (RFC 9110 section 5.6.4). */
const QUOTED = /"(?:[^"\\]|\\.)*"?/g;
const NO_TRANSFORM = /(?:^|,)[ \t]*no-transform[ \t]*(?=$|[,=])/i;

/** Does a Cache-Control forbid to change the content (RFC 9111 sections 5.2.1.6 and 5.2.2.6)? */
export function forbidsTransform(cacheControl: string | undefined): boolean {
  // What nearly every response says is told without looking any further.
  if (cacheControl === undefined || cacheControl.length < 12) return false;
  return NO_TRANSFORM.test(cacheControl.replace(QUOTED, '""'));
}
