import { describe, expect, it } from "vitest";
import {
  choicesMean,
  choicesTail,
  closedLoopMean,
  constantGaps,
  erlangC,
  erlangGaps,
  exponentialPercentile,
  gim1Mean,
  mg1Mean,
  mm1kRefused,
  mm1Mean,
  mmcMean,
} from "../../../../src/lab/simulate/theory/queues.ts";
import { shortestOfTwoMean } from "../../../../src/lab/simulate/theory/shortest-of-two.ts";

/* Each formula against a case that can be worked out by another way. */

describe("M/M/1", () => {
  it("is the geometric queue of its balance equations", () => {
    // p(k) = (1 - rho) rho^k; the mean number sum k p(k) = rho / (1 - rho), and by Little's law divided by rho.
    const rho = 0.8;
    let number = 0;
    for (let k = 0; k < 2000; k++) number += k * (1 - rho) * rho ** k;
    expect(mm1Mean(rho)).toBeCloseTo(number / rho, 9);
  });

  it("has an exponential response time: 1 in 100 takes longer than ln 100 means", () => {
    expect(exponentialPercentile(10, 99)).toBeCloseTo(10 * Math.log(100), 10);
    expect(exponentialPercentile(10, 50)).toBeCloseTo(10 * Math.LN2, 10);
  });
});

describe("M/G/1", () => {
  it("is M/M/1 where E[S²] = 2 E[S]², and waits half as long where service is constant", () => {
    expect(mg1Mean(0.7, 2)).toBeCloseTo(mm1Mean(0.7), 12);
    expect(mg1Mean(0.7, 1) - 1).toBeCloseTo((mm1Mean(0.7) - 1) / 2, 12);
  });
});

describe("GI/M/1", () => {
  it("is M/M/1 for gaps of one phase, where sigma = rho solves rho / (rho + 1 - sigma) = sigma", () => {
    expect(gim1Mean(erlangGaps(1, 0.6))).toBeCloseTo(mm1Mean(0.6), 9);
  });

  it("solves the quadratic of two phases", () => {
    // sigma (2 rho + 1 - sigma)² = 4 rho²; sigma = 1 is a root, and dividing by (sigma - 1) leaves
    // sigma² - (1 + 4 rho) sigma + 4 rho² = 0.
    const rho = 0.7;
    const sigma = (1 + 4 * rho - Math.sqrt((1 + 4 * rho) ** 2 - 16 * rho * rho)) / 2;
    expect(gim1Mean(erlangGaps(2, rho))).toBeCloseTo(1 / (1 - sigma), 9);
  });

  it("comes to the metronome as phases become many", () => {
    // e^(-s / rho) = lim (1 + s / (n rho))^-n; the error is of the order 1 / n.
    expect(gim1Mean(erlangGaps(1_000_000, 0.8))).toBeCloseTo(gim1Mean(constantGaps(0.8)), 4);
  });
});

describe("M/M/c", () => {
  it("waits in M/M/1 whenever the server is busy, with probability rho", () => {
    expect(erlangC(1, 0.7)).toBeCloseTo(0.7, 12);
    expect(mmcMean(1, 0.7)).toBeCloseTo(mm1Mean(0.7), 12);
  });

  it("waits in M/M/2 with probability 2 rho² / (1 + rho), from its balance equations", () => {
    // p0 = (1 - rho) / (1 + rho), p(k) = 2 p0 rho^k; the sum over k >= 2 is 2 p0 rho² / (1 - rho).
    expect(erlangC(2, 0.7)).toBeCloseTo((2 * 0.49) / 1.7, 12);
  });
});

describe("a line with an end", () => {
  it("refuses what comes while the one server is busy, where there is no line at all: Erlang's loss", () => {
    expect(mm1kRefused(0.5, 1)).toBeCloseTo(0.5 / 1.5, 12);
  });

  it("refuses nothing where it is long", () => {
    expect(mm1kRefused(0.5, 100)).toBeLessThan(1e-30);
  });
});

describe("a closed loop", () => {
  it("is a server alone for one user, and n service times for n users who never think", () => {
    expect(closedLoopMean(1, 20)).toBe(1);
    expect(closedLoopMean(7, 0)).toBeCloseTo(7, 12);
  });

  it("solves the balance equations of two users", () => {
    // n users at the server, of whom 2 - n think: p(1) = p(0) 2 / z, p(2) = p(1) / z. What is done per service time is
    // 1 - p(0), and by Little's law R = (p(1) + 2 p(2)) / (1 - p(0)).
    const z = 3;
    const [p1, p2] = [2 / z, 2 / (z * z)];
    const p0 = 1 / (1 + p1 + p2);
    expect(closedLoopMean(2, z)).toBeCloseTo((p0 * (p1 + 2 * p2)) / (1 - p0), 12);
  });
});

describe("the power of choices", () => {
  it("is M/M/1 with one choice", () => {
    expect(choicesMean(0.9, 1)).toBeCloseTo(mm1Mean(0.9), 6);
  });

  it("is a fixed point of ds_i/dt = rho (s_(i-1)^d - s_i^d) - (s_i - s_(i+1)) (Mitzenmacher, equation 1)", () => {
    const rho = 0.9;
    for (const d of [2, 3]) {
      for (let i = 1; i < 6; i++) {
        const [before, at, after] = [i - 1, i, i + 1].map((k) => choicesTail(rho, d, k)) as [number, number, number];
        expect(rho * (before ** d - at ** d) - (at - after)).toBeCloseTo(0, 12);
      }
    }
  });

  it("means queues of 2.61 service times where M/M/1 has 10", () => {
    expect(choicesMean(0.9, 2)).toBeCloseTo(2.614, 3);
  });
});

describe("the shorter of two", () => {
  it("lies between one line for both servers and two choices at random", () => {
    expect(shortestOfTwoMean(0.7)).toBeGreaterThan(mmcMean(2, 0.7));
    expect(shortestOfTwoMean(0.7)).toBeLessThan(mm1Mean(0.7));
  });

  it("comes to twice the speed of one as the load goes to nothing, and to M/M/2 when it is high", () => {
    // Nobody waits; and in heavy traffic both servers are always busy (Kingman 1961).
    expect(shortestOfTwoMean(0.01)).toBeCloseTo(1, 3);
    expect(shortestOfTwoMean(0.85) / mmcMean(2, 0.85)).toBeLessThan(shortestOfTwoMean(0.5) / mmcMean(2, 0.5));
  });
});
