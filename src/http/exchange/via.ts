/**
 * Has a message passed a gateway, as one of its Via fields says (RFC 9110 section 7.6.3)? Its name is compared whole, as
 * the party that received the message; comments, and longer names that only have it in them, do not count.
 *
 * @param via one field's value: of several, each is asked about by itself, for a client may leave a comment open
 */
export function viaNames(via: string, instance: string): boolean {
  if (!via.includes(instance)) return false;
  // A comment that is not closed is none: what a proxy has joined to it would be hidden.
  const said = withoutComments(via) ?? via;
  return said.split(",").some((element) => {
    const [, receivedBy] = element.trim().split(/[ \t]+/, 2);
    return receivedBy === instance;
  });
}

/** RFC 9110 section 5.6.5: comments nest, and a backslash takes the next octet for what it is. */
function withoutComments(text: string): string | undefined {
  let out = "";
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === "(") depth++;
    else if (character === ")" && depth > 0) {
      depth--;
      out += " ";
    } else if (depth === 0) out += character;
    else if (character === "\\") at++;
  }
  return depth === 0 ? out : undefined;
}
