// Reports how a gateway starts: as text for people in a terminal, or as lines of the log.
import type { Logger } from 'pino';
import type { Progress } from '../../catalog/create-catalog.ts';
import type { Config } from '../../config/schema.ts';
import type { RunningServer } from '../../http/server.ts';
import { createProgressLines } from '../terminal/crawl-progress.ts';
import type { Output } from '../terminal/output.ts';
import { bannerText, type Trials } from './banner.ts';

interface Ready extends Pick<RunningServer, 'url'> {
  readonly metricsUrl: string | null;
  /** Time since the start of the process. */
  readonly seconds: number;
  /** null: this is not a demo. */
  readonly trials: Trials | null;
}

export interface StartReport {
  /** A registry's crawl goes on, or ended. */
  progress(progress: Progress): void;
  /** The gateway answers; registries may still be crawled. */
  listening(server: Pick<RunningServer, 'url'>): void;
  /** Every registry was asked once. */
  ready(ready: Ready): void;
  /** The gateway was asked to end. */
  stopping(): void;
}

/**
 * Reports the start to stderr, in text for people: the progress of crawls, then the addresses when the gateway is
 * ready.
 */
export function startBanner(config: Config, output: Output): StartReport {
  const lines = createProgressLines(config, output);
  return {
    progress: lines.report,
    listening: () => output.message(`${config.federation.name}\n`),
    ready({ url, metricsUrl, seconds, trials }) {
      lines.end();
      output.message(bannerText({ url, metrics: metricsUrl, seconds, trials, output }));
    },
    stopping: () => output.message('stopping: answering what is under way\n'),
  };
}

/**
 * Reports to the log at level `info`, whatever its own level is; `silent` stays silent. A demo's tokens are never
 * logged: `panfed token` makes them.
 */
export function startLog(to: Logger): StartReport {
  const logger = to.level === 'silent' ? to : to.child({}, { level: 'info' });
  let over = false;
  return {
    progress({ facility, registry, phase, records, failure, tookMs }) {
      // A failure is logged where it happens, at the start and later.
      if (over || phase === 'crawling' || failure !== null) return;
      logger.info({ facility, registry, records, tookMs }, 'registry read');
    },
    listening: ({ url }) => logger.info({ url }, 'listening'),
    ready({ url, metricsUrl, seconds, trials }) {
      over = true;
      const startMs = Math.round(seconds * 1_000);
      logger.info({ url, metrics: metricsUrl, startMs, demo: trials !== null }, 'ready');
    },
    stopping: () => logger.info('stopping: answering what is under way'),
  };
}
