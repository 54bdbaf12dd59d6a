/**
 * Simulation as SimPy does it: processes are generators that yield what they wait for, an event queue wakes them, and
 * an endpoint is a resource with one place. Plain, and quick to write; what bench:simulate is held against.
 */
class Environment {
  now = 0;
  #heap = [];
  #sequence = 0;

  /** Starts a process: a generator that yields functions, each of which is given what wakes it. */
  start(process) {
    const wake = () => {
      const { done, value } = process.next();
      if (!done) value(wake);
    };
    wake();
  }

  /** To be yielded: waits for so long. */
  timeout(delay) {
    return (wake) => this.#push({ at: this.now + delay, sequence: this.#sequence++, wake });
  }

  run() {
    for (let event = this.#pop(); event !== undefined; event = this.#pop()) {
      this.now = event.at;
      event.wake();
    }
  }

  #push(event) {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(event);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(event, heap[parent])) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = event;
  }

  #pop() {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (heap.length === 0) return first;
    let i = 0;
    for (let child = 1; child < heap.length; child = 2 * i + 1) {
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], last)) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

function before(a, b) {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}

/** One place, and a line before it. */
class Resource {
  /** Who is in it and who waits. */
  users = 0;
  #waiting = [];
  #head = 0;

  request() {
    return (wake) => {
      if (this.users++ === 0) wake();
      else this.#waiting.push(wake);
    };
  }

  release() {
    this.users--;
    if (this.#head === this.#waiting.length) return;
    const wake = this.#waiting[this.#head++];
    if (this.#head === this.#waiting.length) this.#head = this.#waiting.length = 0;
    wake();
  }
}

/**
 * Poisson arrivals, exponential service, two endpoints drawn for each request, the one with fewer requests taken.
 *
 * @param {{ requests: number, endpoints: number, load: number, meanMs: number }} model
 * @returns {{ mean: number, p99: number }} response times in ms, the first tenth left out
 */
export function simulatePowerOfTwo({ requests, endpoints, load, meanMs }) {
  const environment = new Environment();
  const resources = Array.from({ length: endpoints }, () => new Resource());
  const times = new Float64Array(requests - Math.floor(requests / 10));
  let measured = 0;
  const exponential = (mean) => -mean * Math.log(1 - Math.random());
  const draw = () => resources[Math.floor(Math.random() * endpoints)];

  function* request(index) {
    const arrivedAt = environment.now;
    const [a, b] = [draw(), draw()];
    const endpoint = a.users <= b.users ? a : b;
    yield endpoint.request();
    yield environment.timeout(exponential(meanMs));
    endpoint.release();
    if (index >= requests - times.length) times[measured++] = environment.now - arrivedAt;
  }

  function* arrivals() {
    for (let i = 0; i < requests; i++) {
      yield environment.timeout(exponential(meanMs / (endpoints * load)));
      environment.start(request(i));
    }
  }

  environment.start(arrivals());
  environment.run();
  const sorted = times.toSorted();
  return {
    mean: times.reduce((sum, time) => sum + time, 0) / times.length,
    p99: sorted[Math.floor(times.length * 0.99)],
  };
}
