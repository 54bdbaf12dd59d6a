import type { CacheCase } from "../cache-case.ts";
import { AGE_CASES } from "./age.ts";
import { AUTHORIZATION_CASES } from "./authorization.ts";
import { CONDITIONAL_CASES } from "./conditional.ts";
import { STALE_EXTENSION_CASES, STATUS_CASES } from "./extensions.ts";
import { FIELD_CASES } from "./fields.ts";
import { FRESHNESS_CASES } from "./freshness.ts";
import { HEAD_CASES } from "./head-freshening.ts";
import { HEURISTIC_CASES } from "./heuristics.ts";
import { INCOMPLETE_CASES } from "./incomplete.ts";
import { INVALIDATION_CASES } from "./invalidation.ts";
import { POISONING_CASES } from "./poisoning.ts";
import { RANGE_CASES } from "./ranges.ts";
import { REQUEST_CASES } from "./request-directives.ts";
import { REUSE_CASES } from "./reuse.ts";
import { STALE_CASES } from "./stale.ts";
import { STORING_CASES } from "./storing.ts";
import { VALIDATION_CASES } from "./validation.ts";
import { VARY_CASES } from "./vary.ts";

/** Every case, by subject. */
export const SUBJECTS: readonly (readonly [subject: string, cases: readonly CacheCase[]])[] = [
  ["storing", STORING_CASES],
  ["stored fields and bodies", FIELD_CASES],
  ["incomplete and partial responses", INCOMPLETE_CASES],
  ["ranges of what is stored", RANGE_CASES],
  ["Authorization", AUTHORIZATION_CASES],
  ["reuse, keys, collapsing", REUSE_CASES],
  ["Vary", VARY_CASES],
  ["freshness", FRESHNESS_CASES],
  ["heuristics and ttl", HEURISTIC_CASES],
  ["Age", AGE_CASES],
  ["serving stale", STALE_CASES],
  ["validation", VALIDATION_CASES],
  ["clients' conditions", CONDITIONAL_CASES],
  ["HEAD of what is stored", HEAD_CASES],
  ["invalidation", INVALIDATION_CASES],
  ["request directives", REQUEST_CASES],
  ["stale-while-revalidate, stale-if-error", STALE_EXTENSION_CASES],
  ["Cache-Status, immutable", STATUS_CASES],
  ["poisoning and deception", POISONING_CASES],
];
