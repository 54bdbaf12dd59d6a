import { parseDuration } from "../../shared/duration.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";

/** A flag's value such as "lognormal:10ms:1", cut at the colons and read part by part. */
export interface Spec {
  readonly text: string;
  readonly name: string;
  readonly parts: readonly string[];
  /** What the parts are, for messages: "lognormal:MEAN:SIGMA". */
  readonly form: string;
}

/** The error for a value that cannot be used; `problem` completes the sentence `"…" …`. */
export function specError(text: string, problem: string): GatewayError {
  return new GatewayError("GW0002", `"${text}" ${problem}`);
}

/**
 * Cuts a spec and checks its name and the number of its parts.
 * @param forms every form there is, by name: `{ exp: "exp:MEAN" }`; parts in brackets may be left out
 * @throws GatewayError GW0002 naming the forms
 */
export function readSpec(text: string, forms: Readonly<Record<string, string>>, what: string): Spec {
  const [name = "", ...parts] = text.trim().split(":");
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
  if (form === undefined) throw specError(text, `is not ${what}: write ${Object.values(forms).join(", ")}`);
  const most = form.split(":").length - 1;
  const bracket = form.indexOf("[");
  const least = bracket < 0 ? most : form.slice(0, bracket).split(":").length - 1;
  if (parts.length !== most && parts.length !== least) throw specError(text, `has not the form ${form}`);
  return { text, name, parts, form };
}

/** The duration at a position, in ms, above 0. @throws GatewayError GW0002 */
export function durationPart(spec: Spec, position: number): number {
  const part = spec.parts[position] ?? "";
  const ms = parseDuration(part);
  if (ms === undefined || ms <= 0)
    throw specError(spec.text, `has not the form ${spec.form}: "${part}" is no duration such as 10ms or 1.5s`);
  return ms;
}

/** The durations at a position, separated by commas, in ms, each above 0. @throws GatewayError GW0002 */
export function durationList(spec: Spec, position: number): number[] {
  return (spec.parts[position] ?? "").split(",").map((part) => {
    const ms = parseDuration(part.trim());
    if (ms !== undefined && ms > 0) return ms;
    throw specError(spec.text, `has not the form ${spec.form}: "${part}" is no duration such as 10ms or 1.5s`);
  });
}

/** The number at a position, above `above`. @throws GatewayError GW0002 */
export function numberPart(spec: Spec, position: number, above: number, why: string): number {
  const part = spec.parts[position] ?? "";
  const value = part === "" ? Number.NaN : Number(part);
  if (!Number.isFinite(value) || value <= above)
    throw specError(spec.text, `has not the form ${spec.form}: "${part}" must be a number above ${above}${why}`);
  return value;
}

/** The share at a position: "5%" or "0.05", strictly between none and all. @throws GatewayError GW0002 */
export function sharePart(spec: Spec, position: number): number {
  const part = spec.parts[position] ?? "";
  const value = parseShare(part);
  if (value === undefined || value <= 0 || value >= 1)
    throw specError(
      spec.text,
      `has not the form ${spec.form}: "${part}" must be a share such as 5%, above 0% and below 100%`,
    );
  return value;
}

/** 0.05 of "5%" and of "0.05"; `undefined` if it is neither. */
export function parseShare(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(text.trim());
  if (!match) return undefined;
  return Number(match[1]) / (match[2] === "%" ? 100 : 1);
}
