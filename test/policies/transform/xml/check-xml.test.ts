import { describe, expect, it } from "vitest";
import { TransformFault } from "../../../../src/policies/transform/fault.ts";
import { checkXml } from "../../../../src/policies/transform/xml/check-xml.ts";

function faultOf(text: string): string {
  try {
    checkXml(text);
  } catch (error) {
    if (error instanceof TransformFault) return `${error.kind}: ${error.message}`;
    throw error;
  }
  return "none";
}

describe("well-formed documents", () => {
  it.each([
    ["an empty element", "<a/>"],
    ["white space around", " \n<a />\t"],
    ["a declaration", '<?xml version="1.0" encoding="utf-8" standalone="yes" ?><a/>'],
    ["a declaration in single quotes", "<?xml version='1.0' encoding='UTF-8'?>\n<a></a >"],
    ["US-ASCII", '<?xml version="1.0" encoding="US-ASCII"?><a/>'],
    ["attributes in both quotes", `<a b="it's" c = 'say "hi"' d=""/>`],
    ["> in attributes and text", '<a b=">">a > b ]] > c</a>'],
    ["references", "<a b='&lt;&#65;'>&amp;&lt;&gt;&quot;&apos;&#x1F600;&#10;</a>"],
    ["CDATA", "<a><![CDATA[<b>&x; ]] ]> ]]></a>"],
    ["comments", "<!-- <a> & ' --><a><!----></a><!-- -->"],
    ["instructions", "<?xml-stylesheet href='x'?><a><?php it's ?></a><?end?>"],
    ["names beyond ASCII", "<größe:名 été='1'/>"],
    ["names with all that a name may have", "<_a-b.c·1:d/>"],
    ["a namespace", '<s:a xmlns:s="urn:x"><s:b/></s:a>'],
    ["64 elements in each other", `${"<a>".repeat(64)}${"</a>".repeat(64)}`],
  ])("%s", (_, text) => {
    expect(faultOf(text)).toBe("none");
  });

  it("keeps the element alone", () => {
    expect(checkXml('<?xml version="1.0"?><!-- c --> <?p i?>\n<a>x<!-- c -->y<?p it\'s?>z</a>\n<!-- c -->')).toBe(
      "<a>xyz</a>",
    );
  });
});

describe("documents that are not well-formed", () => {
  it.each([
    ["", "has no element (line 1, column 1)"],
    ["<!-- only -->", "has no element (line 1, column 14)"],
    ["x<a/>", "has text outside of its root element (line 1, column 1)"],
    ["<a/>\n x", "has text outside of its root element (line 2, column 2)"],
    ["<a/><b/>", "has more than one root element (line 1, column 5)"],
    ["<a/><![CDATA[x]]>", "has text outside of its root element (line 1, column 5)"],
    ["<a>", "ends inside of <a> (line 1, column 4)"],
    ["<a><b></a></b>", "closes <b> by </a> (line 1, column 7)"],
    ["<a></A>", "closes <a> by </A> (line 1, column 4)"],
    ["</a>", "closes <a>, which is not open (line 1, column 1)"],
    ["<a b></a>", "has a tag <a> that is not well-formed (line 1, column 3)"],
    ["<a b=c/>", "has a tag <a> that is not well-formed (line 1, column 3)"],
    ['<a b="1"c="2"/>', "has a tag <a> that is not well-formed (line 1, column 9)"],
    ['<a b="<"/>', "has a tag <a> that is not well-formed (line 1, column 3)"],
    ['<a b="1" b="2"/>', "has an attribute b twice (line 1, column 9)"],
    ['<a b="1" c="2" d="3" c="4"/>', "has an attribute c twice (line 1, column 21)"],
    ["<a b='&x;'/>", "has an & that begins none of the five known entities (line 1, column 7)"],
    ["<a>a & b</a>", "has an & that begins none of the five known entities (line 1, column 6)"],
    ["<a>&nbsp;</a>", "has an & that begins none of the five known entities (line 1, column 4)"],
    ["<a>&#0;</a>", "refers to a character that XML does not allow (line 1, column 4)"],
    ["<a>&#xD800;</a>", "refers to a character that XML does not allow (line 1, column 4)"],
    ["<a>&#99999999999999999999;</a>", "refers to a character that XML does not allow (line 1, column 4)"],
    ["<a>&#X41;</a>", "has an & that begins none of the five known entities (line 1, column 4)"],
    ["<a>\u0000</a>", "has a character that XML does not allow (line 1, column 4)"],
    ["<a>\u001b</a>", "has a character that XML does not allow (line 1, column 4)"],
    ["<a>\uffff</a>", "has a character that XML does not allow (line 1, column 4)"],
    ["<a>]]></a>", 'has "]]>" in its text (line 1, column 4)'],
    ["<a><!-- a -- b --></a>", 'has "--" in a comment (line 1, column 11)'],
    ["<a><!-- a ---></a>", 'has "--" in a comment (line 1, column 11)'],
    ["<a><!-- a</a>", "has a comment that does not end (line 1, column 4)"],
    ["<a><![CDATA[</a>", "has a CDATA section that does not end (line 1, column 4)"],
    ["<a><![cdata[x]]></a>", 'has "<!" that begins nothing known (line 1, column 4)'],
    ["<a><?xml version='1.0'?></a>", "has an XML declaration that is not at its beginning (line 1, column 4)"],
    [" <?xml version='1.0'?><a/>", "has an XML declaration that is not at its beginning (line 1, column 2)"],
    ["<a><? x?></a>", "has a processing instruction that is not well-formed (line 1, column 4)"],
    ["<a><?x y</a>", "has a processing instruction that does not end (line 1, column 4)"],
    ["<?xml encoding='UTF-8'?><a/>", "has an XML declaration that is not well-formed (line 1, column 1)"],
    ["<?xml version='2.0'?><a/>", "has an XML declaration that is not well-formed (line 1, column 1)"],
    ["<1a/>", 'has a "<" that begins no tag; write &lt; (line 1, column 1)'],
    ["<a>1 < 2</a>", 'has a "<" that begins no tag; write &lt; (line 1, column 6)'],
    ["<a", "has a tag <a> that is not well-formed (line 1, column 3)"],
    ["<a/ >", "has a tag <a> that is not well-formed (line 1, column 3)"],
    ["<a></a b='1'>", "has an end tag that is not well-formed (line 1, column 4)"],
    ["{}", "has text outside of its root element (line 1, column 1)"],
  ])("%s", (text, message) => {
    expect(faultOf(text)).toBe(`malformed: ${message}`);
  });

  it("counts lines as XML does", () => {
    expect(faultOf("<a>\r\n<b>\r\n\n </c></a>")).toBe("malformed: closes <b> by </c> (line 4, column 2)");
  });

  it.each(["ISO-8859-1", "UTF-16", "windows-1252"])("is told what it cannot be encoded in: %s", (encoding) => {
    expect(faultOf(`<?xml version="1.0" encoding="${encoding}"?><a/>`)).toBe(
      `unsupported: says that it is encoded in ${encoding}; only UTF-8 is read`,
    );
  });
});
