import { createHash } from "node:crypto";

/** The one style sheet of the issuer's pages; its digest is all that their policy lets in. */
const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 10vh auto; max-width: 26rem; padding: 0 1rem; }
h1 { font-size: 1.3rem; }
p { color: GrayText; overflow-wrap: anywhere; }
button { display: block; width: 100%; margin: .5rem 0; padding: .7rem 1rem; font: inherit; text-align: left;
  border: 1px solid GrayText; border-radius: .4rem; background: ButtonFace; color: ButtonText; cursor: pointer; }
button:hover, button:focus-visible { outline: 2px solid Highlight; }
small { color: GrayText; margin-left: .5rem; }
`;

const STYLE_DIGEST = createHash("sha256").update(STYLE).digest("base64");

/** A page, and the fields that go with it. */
export interface Page {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A page of the issuer: no script, no picture, nobody's frame.
 *
 * @param body HTML whose texts are escaped
 * @param formTargets origins that a form may lead to, by redirect too, beside this one
 */
export function page(title: string, body: string, formTargets: readonly string[] = []): Page {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`;
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_DIGEST}'`,
    `form-action ${["'self'", ...formTargets].join(" ")}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    html,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy.join("; "),
      // With no-referrer browsers would send `Origin: null` along with the form.
      "referrer-policy": "same-origin",
    },
  };
}

/** A text as HTML, for content and attributes in double quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
