/** A strong entity tag is a byte for byte promise, which a coding breaks: it goes on as a weak one. */
export function weakened(tag: string): string {
  return tag.startsWith('"') ? `W/${tag}` : tag;
}

/**
 * Is the client's stored response one whose tag was weakened here? That is told by what it asks with: the weak form of
 * the tag that the endpoint confirms, and not the strong one, which belongs to the response as it was.
 *
 * The 304 then has to name the weak one, or the client finds nothing to freshen (RFC 9111 section 4.3.4).
 */
export function confirmsWeakened(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined || !tag.startsWith('"')) return false;
  const asked: readonly string[] = ifNoneMatch.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return asked.includes(`W/${tag}`) && !asked.includes(tag);
}
