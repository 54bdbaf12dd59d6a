import { createRng, nextInt } from "../../../../src/shared/rng.ts";

const SEEDS = [
  '<?xml version="1.0" encoding="UTF-8"?>\n<!-- order --><o:order xmlns:o="urn:o" id="7"><line n="1">a &amp; b</line>\n <line n=\'2\'><![CDATA[<x>]]>y</line></o:order>',
  '<a b="1" c="&lt;&#65;&#x42;" d=\'it "is"\'>text<b/>more<?pi some "thing?><c>\r\n\tx</c>]] ></a>',
  "<list><item/><item></item><item>1</item><item> 2 </item><other><item>3</item></other></list><!-- end -->",
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><m x=""/></s:Body></s:Envelope>',
  "<größe ä='ö'>ü</größe>",
];
const PARTS = [
  ...Array.from("<>&;\"'=/!?-[]ax:_ \n\t#01."),
  "<a>",
  "</a>",
  "<!--",
  "-->",
  "<![CDATA[",
  "]]>",
  "<?",
  "?>",
  "&#",
  "&#x",
  "&amp;",
  "<b/>",
  ' z="1"',
  "<!DOCTYPE a>",
  "\u0001",
  "\uffff",
  "é",
];

/** Documents with a few things changed, most of them not well-formed any more; always the same for the same seed. */
export function mutants(count: number, seed: number): string[] {
  const rng = createRng(seed);
  const below = (n: number): number => nextInt(rng, n);
  return Array.from({ length: count }, () => {
    let text = SEEDS[below(SEEDS.length)] as string;
    for (let changes = below(4); changes >= 0; changes--) {
      const at = below(text.length + 1);
      const length = below(4) === 0 ? below(20) : below(3);
      const kind = below(4);
      const part = kind === 0 ? text.slice(at, at + length) : (PARTS[below(PARTS.length)] as string);
      text = kind === 1 ? text.slice(0, at) + text.slice(at + length + 1) : text.slice(0, at) + part + text.slice(at);
    }
    return text;
  });
}
