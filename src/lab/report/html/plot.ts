import { escapeHtml } from "./escape.ts";
import type { Scale, Tick } from "./scale.ts";

/** An axis: where its ticks are, and what they are called. */
export interface Axis {
  readonly scale: Scale;
  label(value: number): string;
  /** What is measured, in a word or two with its unit. */
  readonly title: string;
}

/** What stands in the axes. All of it is SVG. */
export interface Plot {
  /** What it shows, for who does not see it. */
  readonly label: string;
  readonly height: number;
  readonly x: Axis;
  readonly y?: Axis;
  /** Lines and areas: x and y from 0 to 1000, from the left and from the top, stretched to the room there is. */
  readonly stretched?: string;
  /** What is not stretched: x in percent, y in pixels. */
  readonly marks?: string;
  /** For the style. */
  readonly className?: string;
}

const BELOW = 44;

/**
 * A chart that is as wide as its surroundings, with text that never shrinks: positions along x are percentages, and
 * only lines are stretched. What stands beside the axes is written outside of the drawing, into the figure's padding.
 */
export function plot({ label, height, x, y, stretched = "", marks = "", className = "" }: Plot): string {
  const grid = [
    ...x.scale.ticks.map((tick) => upright(tick, height)),
    ...(y?.scale.ticks ?? []).map((tick) => lying(tick, height)),
  ];
  const texts = [
    ...x.scale.ticks.map((tick) => xLabel(tick, x.label(tick.value), height)),
    ...(y?.scale.ticks ?? []).map((tick) => yLabel(tick, y?.label(tick.value) ?? "", height)),
    `<text class="axis" x="100%" y="${height + 36}" text-anchor="end">${escapeHtml(x.title)}</text>`,
    y === undefined ? "" : `<text class="axis" x="0" y="-16">${escapeHtml(y.title)}</text>`,
  ];
  return (
    `<div class="plot ${y === undefined ? className : "has-y"}"><svg role="img" aria-label="${escapeHtml(label)}" width="100%" height="${height + BELOW}">` +
    `<g class="grid">${grid.join("")}</g><g class="ticks">${texts.join("")}</g>` +
    `<svg width="100%" height="${height}" viewBox="0 0 1000 1000" preserveAspectRatio="none">${stretched}</svg>${marks}</svg></div>`
  );
}

/** A line through points from 0 to 1, from the left and from the bottom; gaps where there is none. */
export function linePath(points: readonly (readonly [x: number, y: number] | undefined)[]): string {
  let path = "";
  let drawing = false;
  for (const point of points) {
    if (point !== undefined) {
      path += `${drawing ? "L" : "M"}${Math.round(point[0] * 1000)} ${Math.round(1000 - point[1] * 1000)}`;
    }
    drawing = point !== undefined;
  }
  return path;
}

/** A position along x. */
export function percentOf(part: number): string {
  return `${Number((part * 100).toFixed(2))}%`;
}

function upright({ at }: Tick, height: number): string {
  return `<line x1="${percentOf(at)}" x2="${percentOf(at)}" y2="${height}"/>`;
}

function lying({ at }: Tick, height: number): string {
  const y = Math.round(height * (1 - at)) + 0.5;
  return `<line x2="100%" y1="${y}" y2="${y}"/>`;
}

function xLabel({ at, major }: Tick, text: string, height: number): string {
  const anchor = at > 0.97 ? ' text-anchor="end"' : at < 0.03 ? "" : ' text-anchor="middle"';
  return `<text${major ? "" : ' class="minor"'} x="${percentOf(at)}" y="${height + 18}"${anchor}>${escapeHtml(text)}</text>`;
}

function yLabel({ at }: Tick, text: string, height: number): string {
  return `<text x="-8" y="${Math.round(height * (1 - at)) + 4}" text-anchor="end">${escapeHtml(text)}</text>`;
}
