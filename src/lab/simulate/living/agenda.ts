/** Something that will happen in virtual time. */
export interface Appointment {
  readonly at: number;
  /** Of two at the same time, the one that was made first comes first: a seed gives one order of things. */
  readonly order: number;
  /** Set to undefined to call it off. */
  happen: (() => void) | undefined;
}

/** What happens next: a binary heap of appointments. */
export class Agenda {
  readonly #heap: Appointment[] = [];
  #order = 0;
  now = 0;

  /** Has something happen at a time, at once if that is past. */
  at(time: number, happen: () => void): Appointment {
    const appointment = { at: Math.max(time, this.now), order: this.#order++, happen };
    const heap = this.#heap;
    let hole = heap.length;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!before(appointment, heap[parent] as Appointment)) break;
      heap[hole] = heap[parent] as Appointment;
      hole = parent;
    }
    heap[hole] = appointment;
    return appointment;
  }

  /** Goes on to the next appointment and has it happen; false if there is none. */
  next(): boolean {
    const heap = this.#heap;
    const [first] = heap;
    if (first === undefined) return false;
    const last = heap.pop() as Appointment;
    if (heap.length > 0) this.#sift(last);
    const { happen } = first;
    if (happen !== undefined) {
      this.now = first.at;
      first.happen = undefined;
      happen();
    }
    return true;
  }

  #sift(appointment: Appointment): void {
    const heap = this.#heap;
    const size = heap.length;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && before(heap[child + 1] as Appointment, heap[child] as Appointment)) child++;
      if (!before(heap[child] as Appointment, appointment)) break;
      heap[hole] = heap[child] as Appointment;
      hole = child;
    }
    heap[hole] = appointment;
  }
}

function before(a: Appointment, b: Appointment): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
