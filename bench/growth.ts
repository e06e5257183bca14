// Growth: the same questions over ever more images, each number of them in a process of its own.
import { startChild } from './child.ts';
import type { Spread } from './spread.ts';

export interface Growth {
  readonly images: number;
  /** Records that the federation's module cannot tell apart are one. */
  readonly classes: number;
  /** Milliseconds from nothing to the first answer's data: read, ingest, classify, index. */
  readonly startMs: number;
  /** Of the event loop while it starts, in milliseconds. */
  readonly stall: { readonly max: number; readonly p99: number };
  readonly heapBytes: number;
  readonly residentBytes: number;
  readonly latencies: readonly Latency[];
}

export interface Latency {
  readonly name: string;
  readonly milliseconds: Spread;
}

export interface GrowthOptions {
  readonly sizes: readonly number[];
  /** How often each question is asked. */
  readonly times: number;
  readonly tell: (text: string) => void;
}

export async function grow({ sizes, times, tell }: GrowthOptions): Promise<readonly Growth[]> {
  const growths: Growth[] = [];
  for (const size of sizes) {
    tell(`growth: ${size} images`);
    const child = await startChild({
      args: ['--expose-gc', '--import', 'tsx', 'bench/growth-run.ts', `${size}`, `${times}`],
      ready: /^ready (.*)$/,
      patience: 600_000,
    });
    growths.push(JSON.parse(child.ready) as Growth);
    await child.end();
  }
  return growths;
}
