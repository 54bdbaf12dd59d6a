const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Text for HTML, between tags or in a quoted attribute. Line ends stay; other control characters, and those that turn
 * the direction of writing (a name could show as another one), become `·`.
 */
export function escapeHtml(text: string): string {
  return text
    .replace(/(?!\n)[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "·")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
