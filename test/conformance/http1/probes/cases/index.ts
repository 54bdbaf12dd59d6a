import type { Probe } from "../probe.ts";
import { BAD_RESPONSE_PROBES } from "./bad-responses.ts";
import { BODILESS_PROBES } from "./bodiless.ts";
import { END_TO_END_PROBES } from "./end-to-end-fields.ts";
import { EXPECT_PROBES } from "./expect.ts";
import { FIELD_PROBES } from "./fields.ts";
import { GATEWAY_ERROR_PROBES } from "./gateway-errors.ts";
import { HOP_BY_HOP_PROBES } from "./hop-by-hop.ts";
import { HOST_PROBES } from "./host.ts";
import { INFORMATIONAL_PROBES } from "./informational.ts";
import { MAX_FORWARDS_PROBES } from "./max-forwards.ts";
import { PERSISTENCE_PROBES } from "./persistence.ts";
import { PIPELINING_PROBES } from "./pipelining.ts";
import { REQUEST_FRAMING_PROBES } from "./request-framing.ts";
import { REQUEST_LINE_PROBES } from "./request-line.ts";
import { RESPONSE_FRAMING_PROBES } from "./response-framing.ts";
import { STATUS_PROBES } from "./statuses.ts";
import { UPGRADE_PROBES } from "./upgrade.ts";

/** Every probe, by subject. */
export const SUBJECTS: readonly (readonly [subject: string, probes: readonly Probe[]])[] = [
  ["request line, target, method", REQUEST_LINE_PROBES],
  ["Host", HOST_PROBES],
  ["fields", FIELD_PROBES],
  ["end-to-end fields", END_TO_END_PROBES],
  ["hop-by-hop fields, Via", HOP_BY_HOP_PROBES],
  ["Max-Forwards", MAX_FORWARDS_PROBES],
  ["Expect", EXPECT_PROBES],
  ["1xx", INFORMATIONAL_PROBES],
  ["request bodies", REQUEST_FRAMING_PROBES],
  ["responses without a body", BODILESS_PROBES],
  ["response bodies", RESPONSE_FRAMING_PROBES],
  ["bad responses", BAD_RESPONSE_PROBES],
  ["statuses", STATUS_PROBES],
  ["persistence", PERSISTENCE_PROBES],
  ["pipelining", PIPELINING_PROBES],
  ["upgrade", UPGRADE_PROBES],
  ["errors of the gateway", GATEWAY_ERROR_PROBES],
];
