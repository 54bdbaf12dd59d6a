import { loadContract, type Subject } from "./contract.ts";
import { type DocumentFault, faultText } from "./documents/fault.ts";
import { member, pointerKeys } from "./documents/json-pointer.ts";
import type { ValidateOptions } from "./schema.ts";

/** What is wrong with what a `validate` names. */
export interface ValidateFault extends Pick<DocumentFault, "code" | "severity" | "hint"> {
  /** The place, in a file or in the config, and what is wrong there. */
  readonly message: string;
  /** From the policy's own key on: `["body", "properties", "id"]`. */
  readonly path: readonly (string | number)[];
}

/**
 * Looks into the files of a `validate`, and at the schemas that stand in it.
 * @param base the folder that file names are relative to
 */
export function checkValidate(options: ValidateOptions, base: string): ValidateFault[] {
  const { faults } = loadContract(options, base, true);
  return faults.map((fault) => {
    const { code, severity, hint, subject, place } = fault;
    const inside = place.file === undefined ? stepsTo(options[subject], place.pointer) : [];
    const message = faultText(place.file === undefined ? { ...fault, place: inlinePlace(fault, subject) } : fault);
    return { code, severity, hint, message, path: [subject, ...inside] };
  });
}

/** The steps of a pointer, with places of lists as numbers. */
function stepsTo(root: unknown, pointer: string): (string | number)[] {
  let value = root;
  return (pointerKeys(pointer) ?? []).map((key) => {
    const step = Array.isArray(value) ? Number(key) : key;
    value = member(value, key) ?? (Array.isArray(value) ? (value[Number(key)] as unknown) : undefined);
    return step;
  });
}

function inlinePlace({ place: { pointer } }: DocumentFault, subject: Subject): DocumentFault["place"] {
  return { file: subject, pointer };
}
