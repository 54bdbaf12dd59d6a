import { z } from "zod";
import { sizeSchema } from "../../shared/schema.ts";
import { parseTemplate, type TemplateScope } from "./template.ts";
import { isElementName } from "./xml/names.ts";

export { EXCHANGE_NAMES, parseTemplate } from "./template.ts";

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Fields of a connection or of the message's framing (RFC 9110 section 7.6.1): the gateway's own to say. */
const FRAMING = new Set([
  "connection",
  "content-length",
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** What the gateway tells endpoints of the way that a request has come; a second one beside it would be a riddle. */
const FORWARDING = new Set([
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-request-id",
]);

function fieldNameSchema(message: "request" | "response") {
  return z
    .string()
    .regex(TOKEN, { error: "must be the name of a header field", abort: true })
    .refine((name) => !FRAMING.has(name.toLowerCase()), {
      error: "must be another field: this one belongs to the connection, and the gateway alone says it",
    })
    .refine((name) => !(message === "request" ? FORWARDING.has(name.toLowerCase()) : /^x-request-id$/i.test(name)), {
      error: "must be another field: this one the gateway says itself",
    })
    .refine((name) => message === "response" || name.toLowerCase() !== "host", {
      error: "must be another field: Host is changed by the route's `rewrite: { host }`",
    })
    .refine((name) => message === "response" || !name.toLowerCase().startsWith("x-consumer-"), {
      error: "must be another field: x-consumer-* says who was authenticated, and nothing else may say it",
    });
}

function templateSchema(scope: TemplateScope) {
  return z.string().superRefine((text, context) => {
    const template = parseTemplate(text, scope);
    if (!("fault" in template)) return;
    context.addIssue({ code: "custom", message: template.fault, params: { code: "GW0146" } });
  });
}

const VALUE =
  "Values may have {query.NAME}, {header.NAME}, {cookie.NAME}, {claim.NAME}, {NAME} of the path's captures, {consumer}, " +
  "{requestId}, {clientIp}, {method}, {host}, {path}, {query}, {scheme}, {route}, {service}; what is missing is empty; " +
  "{{ and }} are braces.";

function fieldsSchema(message: "request" | "response") {
  const name = fieldNameSchema(message);
  const values = z.record(name, templateSchema(message)).default({});
  const more = message === "response" ? " Also {status} and {response.NAME}, a field of the response." : "";
  return z.strictObject({
    set: values.describe(`Name → value: replaces what is there. ${VALUE}${more}`),
    add: values.describe("Name → value: added to what is there."),
    remove: z.array(name).default([]).describe("Names that are removed, before all else."),
    rename: z.record(name, name).default({}).describe("Name → new name; what had that name before is replaced."),
  });
}

const parameters = z.record(z.string().min(1), templateSchema("request")).default({});

const querySchema = z.strictObject({
  set: parameters.describe(`Name → value: replaces what is there. ${VALUE}`),
  add: parameters.describe("Name → value: added at the end."),
  remove: z.array(z.string().min(1)).default([]).describe("Names that are removed, before all else."),
  rename: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .describe("Name → new name; values and places stay."),
});

const paths = z.array(z.string().min(1)).optional();

const format = z.enum(["json", "xml"]);

const bodyShape = {
  from: format.optional().describe("What the body is; by default json. Its media type must say so."),
  to: z
    .enum(["json", "xml", "text"])
    .optional()
    .describe("What it becomes; by default what it was. text: only what a `template` makes."),
  root: z
    .string()
    .refine(isElementName, { error: "must be the name of an XML element" })
    .optional()
    .describe(
      "Name of the XML root element. Towards XML it is put around the document; from XML to JSON it is taken off. A prefix of it has to be declared by a member of the document, as in @xmlns:soap.",
    ),
  map: z
    .string()
    .min(1)
    .optional()
    .describe(
      "A JSONata expression over the parsed body; $request and, in responses, $response are known. It ends after a second at the latest, but beware of regular expressions that backtrack.",
    ),
  template: templateSchema("body")
    .optional()
    .describe("The new body as text, with {body.a.b} of the parsed (and mapped) body, escaped as `to` needs it."),
  arrays: paths.describe("Paths of XML elements, as in order.lines, that are arrays even where there is but one."),
  numbers: paths.describe("Paths of XML elements that are numbers however they are written: 9.90, 007, 1e5."),
  strings: paths.describe("Paths of XML elements that are text even where they look like a number or true."),
  typed: z
    .boolean()
    .default(true)
    .describe("Whether numbers and booleans in XML become JSON's own, where nothing of how they are written is lost."),
  marks: z
    .boolean()
    .default(false)
    .describe("XML has json-type attributes wherever it would not come back as the same JSON; and they are heeded."),
  maxBytes: sizeSchema
    .prefault("1MiB")
    .describe(
      "Of the body, as sent and decoded, and of what it becomes; a longer one is 413, of a response 502. A MiB of XML takes some 0.2 s of CPU time.",
    ),
};

const requestBodySchema = z.strictObject({
  ...bodyShape,
  others: z
    .enum(["refuse", "pass"])
    .default("refuse")
    .describe("What becomes of bodies of other media types: 415, or they go on untouched."),
});

const responseBodySchema = z.strictObject({
  ...bodyShape,
  others: z
    .enum(["refuse", "pass"])
    .default("pass")
    .describe("What becomes of bodies of other media types: they go on untouched, or 502."),
  mapErrors: z
    .boolean()
    .default(false)
    .describe(
      "Whether `map` and `template` apply to other than 2xx responses, too; those are otherwise only converted.",
    ),
});

type Body = z.output<typeof requestBodySchema>;

/** What the body is and becomes, defaults filled in. */
export function formatsOf({ from = "json", to, template }: Pick<Body, "from" | "to" | "template">) {
  return { from, to: to ?? (template === undefined ? from : "text") };
}

const XML_KEYS = ["root", "arrays", "numbers", "strings"] as const;

function checkBody(body: Body, context: z.RefinementCtx): void {
  const { from, to } = formatsOf(body);
  const conflict = (message: string, ...path: string[]): void =>
    context.addIssue({ code: "custom", message, path, params: { code: "GW0111" } });
  if (body.map === undefined && body.template === undefined && (from === to || body.to === undefined)) {
    context.addIssue({ code: "custom", message: "needs from and to that differ, or map, or template" });
    return;
  }
  if (to === "text" && body.template === undefined) conflict("cannot be text without a template", "to");
  if (body.root !== undefined && body.template !== undefined && from !== "xml") {
    conflict("has no effect: the template is the whole document", "root");
  }
  const hasXml = from === "xml" || (to === "xml" && body.template === undefined);
  for (const key of XML_KEYS) {
    if (body[key] !== undefined && !hasXml) conflict("is for XML, and there is none", key);
  }
  if (body.marks && !hasXml) conflict("is for XML, and there is none", "marks");
  if (body.marks && (!body.typed || body.numbers !== undefined || body.strings !== undefined)) {
    conflict("cannot stand with typed, numbers or strings: the marks say what things are", "marks");
  }
}

/** `transform`: header fields, query parameters and bodies, on the way in and on the way out. */
export const transformSchema = z
  .strictObject({
    request: z
      .strictObject({
        headers: fieldsSchema("request").optional().describe("Header fields of the request."),
        query: querySchema.optional().describe("Query parameters."),
        body: requestBodySchema.superRefine(checkBody).optional().describe("The request's body."),
      })
      .optional()
      .describe("What is changed on the way to the endpoint."),
    response: z
      .strictObject({
        headers: fieldsSchema("response").optional().describe("Header fields of the response."),
        body: responseBodySchema.superRefine(checkBody).optional().describe("The response's body."),
      })
      .optional()
      .describe("What is changed on the way to the client."),
  })
  .refine((value) => Object.keys(value).length > 0, { error: "needs request or response" });

export type TransformOptions = z.output<typeof transformSchema>;
export type FieldOptions = z.output<ReturnType<typeof fieldsSchema>>;
export type QueryOptions = z.output<typeof querySchema>;
export type RequestBodyOptions = z.output<typeof requestBodySchema>;
export type ResponseBodyOptions = z.output<typeof responseBodySchema>;
