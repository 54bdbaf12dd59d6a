import { type ExplainView, type PickReplay, replayPicks } from "../upstream/explain-pick.ts";
import type { GatewayService } from "./gateway-service.ts";
import type { Splitter } from "./split.ts";

/** What has been decided on services so far: by the service, or the splitter that picks one. */
export type Replays = Map<GatewayService | Splitter, PickReplay>;

/** The picks of one of them, played forward on a copy: `view` is asked once. */
export function replayOf(replays: Replays, of: GatewayService | Splitter, view: () => ExplainView): PickReplay {
  let replay = replays.get(of);
  if (replay === undefined) replays.set(of, (replay = replayPicks(view())));
  return replay;
}
