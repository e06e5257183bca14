// The measurements, as tables for people.
import Table from 'cli-table3';
import type { Comparison } from './compare.ts';
import { SERVERS } from './compare.ts';
import type { Growth } from './growth.ts';
import { figure, type Spread, spreadText } from './spread.ts';

const NAMES = {
  panfed: '(a) panfed',
  textbook: '(b) textbook composition',
  memory: '(c) the bytes from memory',
} as const;

const AIM = { textbook: 10, memory: 0.1 } as const;

/** An empty table without colors. */
export const plain = (head: readonly string[]) =>
  new Table({ head: [...head], style: { head: [], border: [] } });

/** A line for each server, and the ratios with their aims. */
export function comparisonText({ caller, bytes, servers, ratios }: Comparison): string {
  const table = plain(['', 'requests/s', 'p50 ms', 'p99 ms', 'its CPU ms/request']);
  for (const name of SERVERS) {
    const { requestsPerSecond, p50, p99, cpu } = servers[name];
    table.push([NAMES[name], ...[requestsPerSecond, p50, p99, cpu].map(spreadText)]);
  }
  return [
    `First page of 50, ${caller}, ${bytes} bytes: median (least – most) of the rounds`,
    table.toString(),
    `a/b ${aimed(ratios.textbook, AIM.textbook)}   a/c ${aimed(ratios.memory, AIM.memory)}`,
  ].join('\n');
}

/** A ratio beside its aim, the minimum that its median should have. */
export function aimed(ratio: Spread, aim: number): string {
  return `${spreadText(ratio)}, aim ≥ ${aim}: ${ratio.median >= aim ? 'met' : 'missed'}`;
}

/** A column for each number of images, and a row for each measurement. */
export function growthText(growths: readonly Growth[]): string {
  const table = plain(['images', ...growths.map(({ images }) => images.toLocaleString('en'))]);
  const row = (name: string, of: (growth: Growth) => string) => table.push([name, ...growths.map(of)]);
  row('policy classes', ({ classes }) => classes.toLocaleString('en'));
  row('start: ingest and index, s', ({ startMs }) => figure(startMs / 1_000));
  row('start: longest stall of the event loop, ms', ({ stall }) => figure(stall.max));
  row('start: stalls, 99th percentile, ms', ({ stall }) => figure(stall.p99));
  row('heap, MB', ({ heapBytes }) => figure(heapBytes / 1e6));
  row('resident memory, MB', ({ residentBytes }) => figure(residentBytes / 1e6));
  for (const [index, { name }] of (growths[0]?.latencies ?? []).entries()) {
    row(`${name}, ms`, ({ latencies }) => latencyText(latencies[index]?.milliseconds));
  }
  return `Growth: one process, answers as JSON without HTTP; median (least – most)\n${table}`;
}

function latencyText(spread: Spread | undefined): string {
  return spread === undefined ? '–' : spreadText(spread);
}
