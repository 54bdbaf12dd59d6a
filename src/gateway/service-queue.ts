import type { HttpExchange } from "../http/exchange/http-exchange.ts";
import type { Millis } from "../shared/clock.ts";
import type { Admission } from "../upstream/admission.ts";
import { respondProblem } from "./answers.ts";
import type { Marks } from "./marks.ts";
import type { ForwardPlan } from "./route-plan.ts";

type Exchange = HttpExchange<Marks>;

/** An exchange that waits for a place in its service. */
export interface Ticket {
  readonly exchange: Exchange;
  readonly generation: number;
  readonly plan: ForwardPlan;
  readonly until: Millis;
}

/** Exchanges of services that take only so many at a time. */
export class ServiceQueue {
  private readonly waiting = new Set<Ticket>();
  /** Goes on with an exchange that has a place. */
  private readonly goOn: (exchange: Exchange, plan: ForwardPlan) => void;

  constructor(goOn: (exchange: Exchange, plan: ForwardPlan) => void) {
    this.goOn = goOn;
  }

  /** @returns whether the exchange can go on now; else it waits, or has been answered */
  enter(exchange: Exchange, plan: ForwardPlan, admission: Admission<object>, now: Millis): boolean {
    const { marks } = exchange;
    const until = now + admission.spec.queueTimeout;
    const ticket: Ticket = { exchange, generation: marks.generation, plan, until };
    const admitted = admission.admit(ticket);
    if (admitted === "enter") {
      marks.admission = admission;
      return true;
    }
    if (admitted === "full") refuse(ticket, "as many requests as it may have are in flight, and as many wait");
    else {
      marks.ticket = ticket;
      this.waiting.add(ticket);
    }
    return false;
  }

  /** An exchange is over: its place is the next one's. */
  leave({ marks }: Exchange): void {
    const { admission, ticket } = marks;
    marks.admission = marks.ticket = undefined;
    if (ticket !== undefined) this.forget(ticket);
    const next = admission?.leave() as Ticket | undefined;
    if (next === undefined) return;
    this.waiting.delete(next);
    const { exchange, generation, plan } = next;
    exchange.marks.ticket = undefined;
    exchange.marks.admission = admission;
    // Not inside the end of another exchange: a thousand that are refused at once would be a thousand calls deep.
    queueMicrotask(() => {
      if (exchange.marks.generation === generation && exchange.undecided) this.goOn(exchange, plan);
    });
  }

  /** One step of the coarse timer: who has waited for too long. */
  sweep(now: Millis): void {
    for (const ticket of [...this.waiting]) {
      if (now < ticket.until) continue;
      this.forget(ticket);
      ticket.exchange.marks.ticket = undefined;
      refuse(ticket, "it had no place for the request in time");
    }
  }

  private forget(ticket: Ticket): void {
    this.waiting.delete(ticket);
    ticket.plan.service.upstream.admission?.giveUp(ticket);
  }
}

function refuse({ exchange, plan }: Ticket, why: string): void {
  const detail = `Service ${plan.service.name} has no room: ${why}.`;
  respondProblem(exchange, "GW0313", { detail, fields: [["retry-after", "1"]] });
}
