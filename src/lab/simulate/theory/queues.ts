// Closed forms of queues with one stream of customers. Times are in units of the mean service time, rho is the load of
// one server, and the response time is what is given: waiting and service.

/**
 * M/M/1: the response time is exponential with mean 1 / (1 - rho).
 * Source: Kleinrock, Queueing Systems I (1975), section 3.2 and 5.6.
 */
export function mm1Mean(rho: number): number {
  return 1 / (1 - rho);
}

/** What `percent` of exponential times with this mean stay below: x with 1 - e^(-x / mean) = percent / 100. */
export function exponentialPercentile(mean: number, percent: number): number {
  return -Math.log(1 - percent / 100) * mean;
}

/**
 * M/G/1 by Pollaczek and Khinchine: waiting takes rho E[S²] / (2 (1 - rho)) where E[S] = 1.
 * Source: Kleinrock, Queueing Systems I (1975), section 5.6.
 *
 * @param secondMoment E[S²] ÷ E[S]²: 1 if constant, 2 if exponential, e^(sigma²) if lognormal
 */
export function mg1Mean(rho: number, secondMoment: number): number {
  return 1 + (rho * secondMoment) / (2 * (1 - rho));
}

/**
 * GI/M/1: an arrival meets k others with probability (1 - sigma) sigma^k, so that the response time is exponential with
 * mean 1 / (1 - sigma), where sigma is the root below 1 of sigma = A(1 - sigma), A the Laplace transform of the gaps.
 * The iteration from 0 rises to it, for A(1 - s) is convex and grows in s.
 * Source: Kleinrock, Queueing Systems I (1975), section 6.4.
 */
export function gim1Mean(transform: (s: number) => number): number {
  let sigma = 0;
  for (let i = 0; i < 100_000; i++) {
    const next = transform(1 - sigma);
    if (Math.abs(next - sigma) < 1e-15) break;
    sigma = next;
  }
  return 1 / (1 - sigma);
}

/** Every n-th arrival of a Poisson process: gaps with n exponential phases of rate n rho. n = 1 gives M/M/1. */
export function erlangGaps(n: number, rho: number): (s: number) => number {
  return (s) => ((n * rho) / (n * rho + s)) ** n;
}

/** A metronome: gaps of 1 / rho. */
export function constantGaps(rho: number): (s: number) => number {
  return (s) => Math.exp(-s / rho);
}

/**
 * The probability of waiting in M/M/c, by Erlang's formula C from the recursion of his formula B.
 * Source: Erlang (1917); Kleinrock, Queueing Systems I (1975), section 3.5.
 */
export function erlangC(servers: number, rho: number): number {
  const offered = servers * rho;
  let blocked = 1;
  for (let i = 1; i <= servers; i++) blocked = (offered * blocked) / (i + offered * blocked);
  return blocked / (1 - rho * (1 - blocked));
}

/** M/M/c: who waits does so for an exponential time with mean 1 / (c (1 - rho)). No balancer over c servers beats it. */
export function mmcMean(servers: number, rho: number): number {
  return 1 + erlangC(servers, rho) / (servers * (1 - rho));
}

/**
 * The share of endpoints with `i` requests or more when each request takes the shortest of d ≥ 2 random queues, as the
 * endpoints become many: s_i = rho^((d^i - 1) / (d - 1)); for d = 1 it is M/M/1's rho^i.
 * Source: Mitzenmacher, The Power of Two Choices (IEEE TPDS 12(10), 2001), lemma 2; Vvedenskaya et al. (1996).
 */
export function choicesTail(rho: number, choices: number, i: number): number {
  return rho ** (choices === 1 ? i : (choices ** i - 1) / (choices - 1));
}

/** By Little's law, from the mean number at an endpoint, which is the sum of s_i over i ≥ 1. */
export function choicesMean(rho: number, choices: number): number {
  let number = 0;
  for (let i = 1, tail = 1; tail > 1e-18; i++) number += tail = choicesTail(rho, choices, i);
  return number / rho;
}

/**
 * M/M/1/K: the share of arrivals that find all K places taken and are refused: (1 - rho) rho^K / (1 - rho^(K + 1)), the
 * truncated geometric distribution as arrivals of a Poisson process see it.
 * Source: Kleinrock, Queueing Systems I (1975), section 3.6.
 */
export function mm1kRefused(rho: number, places: number): number {
  return ((1 - rho) * rho ** places) / (1 - rho ** (places + 1));
}

/**
 * The mean response time of one server that `users` share who think for `think` service times, both exponential: who
 * arrives meets what a system with one user less holds on average, so that R(n) = 1 + Q(n - 1) and, by Little's law,
 * Q(n) = n R(n) / (R(n) + think).
 * Source: Reiser and Lavenberg, Mean-value analysis of closed multichain queueing networks (JACM 27(2), 1980).
 */
export function closedLoopMean(users: number, think: number): number {
  let response = 1;
  for (let n = 1, number = 0; n <= users; n++) {
    response = 1 + number;
    number = (n * response) / (response + think);
  }
  return response;
}
