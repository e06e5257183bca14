// Matching: how long a page of candidates takes at growing numbers of images, each measured several times in processes of their own.
import { startChild } from './child.ts';

/** Milliseconds of each question: until it was answered, and the processor time of the process. */
export interface Times {
  readonly took: readonly number[];
  readonly cpu: readonly number[];
}

/** The figures of one process. */
export interface MatchFigures {
  readonly images: number;
  readonly candidates: number;
  /** The first question after the start, for which images are classed and judged. */
  readonly first: Times;
  /** The same question again. */
  readonly same: Times;
  /** Questions about other data. */
  readonly otherData: Times;
  /** Questions about the same data in a job of another size. */
  readonly amounts: Times;
  /** Questions with other choices of images. */
  readonly chosen: Times;
  /** A hash of all answers: two builds that give the same can be compared. */
  readonly answers: string;
  /** The longest stall of the event loop, in milliseconds. */
  readonly stall: number;
  /** By how much what is kept grew. */
  readonly bytes: number;
}

export interface MatchOptions {
  readonly sizes: readonly number[];
  /** Processes for each number of images. */
  readonly rounds: number;
  /** How often each question is asked in a process. */
  readonly times: number;
}

/** The figures of each round, by number of images. Rejects if one of the processes fails or takes more than ten minutes. */
export async function measureMatching(
  { sizes, rounds, times }: MatchOptions,
  report: (text: string) => void,
): Promise<readonly (readonly MatchFigures[])[]> {
  const measured: MatchFigures[][] = [];
  for (const size of sizes) {
    const figures: MatchFigures[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      report(`match: ${size} images, round ${round} of ${rounds}`);
      const child = await startChild({
        args: ['--expose-gc', '--import', 'tsx', 'bench/match-run.ts', `${size}`, `${times}`],
        ready: /^ready (.*)$/,
        patience: 600_000,
      });
      figures.push(JSON.parse(child.ready) as MatchFigures);
      await child.end();
    }
    measured.push(figures);
  }
  return measured;
}
