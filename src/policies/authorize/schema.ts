import { z } from "zod";
import { claimsSchema } from "../../routing/schema.ts";

const names = z.array(z.string().min(1)).min(1);

/** `authorize`: what the authenticated caller must have. Inside one list any; all lists that are given. */
export const authorizeSchema = z
  .strictObject({
    roles: names.optional().describe("Any one of these roles."),
    scopes: names.optional().describe("All of these scopes."),
    consumers: names.optional().describe("Any one of these consumers."),
    claims: claimsSchema
      .optional()
      .describe("All of these claims of the caller's token: a text, a number, true, false, { regex } or { present }."),
  })
  .refine((value) => Object.keys(value).length > 0, {
    error: "needs at least one of roles, scopes, consumers and claims",
  });
