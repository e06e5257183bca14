// A line a registry while the first crawl goes on: what came of it, and in how much time.
import type { Progress } from '../../catalog/create.ts';
import type { Config } from '../../config/schema.ts';
import type { Output } from './output.ts';

export interface ProgressLines {
  tell(progress: Progress): void;
  /** Later refreshes are the log's business. */
  end(): void;
}

export function createProgressLines(config: Config, output: Output): ProgressLines {
  const names = config.facilities.flatMap(({ id, registries }) =>
    registries.map(({ key }) => `${id}/${key}`),
  );
  const width = Math.max(...names.map((name) => name.length));
  let over = false;
  return {
    tell({ facility, registry, phase, records, failure, tookMs }) {
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
