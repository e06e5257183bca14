// Growth: the same queries over growing numbers of images, each number in a process of its own.
import { startChild } from './child.ts';
import type { Spread } from './spread.ts';

export interface Growth {
  readonly images: number;
  /** Number of classes of records that the federation's module cannot distinguish. */
  readonly classes: number;
  /** Milliseconds from the start to the data of the first answer: read, ingest, classify, index. */
  readonly startMs: number;
  /** Stalls of the event loop during the start, in milliseconds. */
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
  /** How often each query is measured. */
  readonly times: number;
  readonly report: (text: string) => void;
}

/** The measurements for each number of images. Rejects if one of the processes fails or takes more than ten minutes. */
export async function grow({ sizes, times, report }: GrowthOptions): Promise<readonly Growth[]> {
  const growths: Growth[] = [];
  for (const size of sizes) {
    report(`growth: ${size} images`);
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
