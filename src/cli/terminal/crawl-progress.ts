// One line for each registry during the first crawl: its outcome, and the time it took.
import type { Progress } from '../../catalog/create-catalog.ts';
import type { Config } from '../../config/schema.ts';
import type { Output } from './output.ts';

export interface ProgressLines {
  /** Writes a line if the registry's crawl is done or failed. */
  report(progress: Progress): void;
  /** Writes nothing from now on: later refreshes go to the log. */
  end(): void;
}

/**
 * Lines about registries that were read, written to stderr until `end`: images and milliseconds, or the code
 * of the failure and its message. Names are padded to the longest of the configuration.
 */
export function createProgressLines(config: Config, output: Output): ProgressLines {
  const names = config.facilities.flatMap(({ id, registries }) =>
    registries.map(({ key }) => `${id}/${key}`),
  );
  const width = Math.max(...names.map((name) => name.length));
  let over = false;
  return {
    report({ facility, registry, phase, records, failure, tookMs }) {
      if (over || phase === 'crawling') return;
      const name = `${facility}/${registry}`.padEnd(width);
      const outcome =
        failure === null
          ? `${output.style('green', 'ok', 'message')}  ${String(records).padStart(5)} ${records === 1 ? 'image ' : 'images'}  ${tookMs ?? 0} ms`
          : `${output.style('red', failure.code, 'message')}  ${failure.message}`;
      output.message(`  ${name}  ${outcome}\n`);
    },
    end() {
      over = true;
    },
  };
}
