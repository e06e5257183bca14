// Judges how fast a registry can be read: what it limits, how long a request takes, how long a crawl would take.
import { numbered } from '../terminal/numbered.ts';
import { type Check, fail, pass, skip, warn } from './check.ts';
import type { Exchange } from './exchanges.ts';

const DAY_MS = 86_400_000;

/** Images a day below which a crawl is said to take long. */
const FEW = 1_000;

/** What a registry is asked for a new image: HEAD of its tag, its manifest, its configuration. */
const REQUESTS_AN_IMAGE = 3;

/**
 * The check `rate-limit`, of what the answers say of a limit: it warns of a limit that lets fewer than 1,000
 * new images be read in a day. `refused`: the message of a request that was not answered, which fails it;
 * null: there was none.
 */
export function judgeRateLimit(exchanges: readonly Exchange[], refused: string | null): Check {
  if (refused !== null) {
    return fail(
      'rate-limit',
      refused,
      'Try again then, or give the gateway an account with a higher limit: `credential`.',
    );
  }
  const said = exchanges.map(({ rateLimit }) => rateLimit).filter((limit) => limit !== null);
  const last = said.at(-1);
  if (last === undefined)
    return pass('rate-limit', `no limit was announced in ${numbered(exchanges.length, 'answer')}`);
  const { remaining, limit, window } = last;
  if (limit === null || window === null) return pass('rate-limit', `${remaining} more requests are answered`);
  const images = Math.floor((limit * DAY_MS) / window / REQUESTS_AN_IMAGE);
  const seen = `${limit} requests in ${hours(window)}, ${remaining} left: about ${images} new images a day`;
  if (images >= FEW) return pass('rate-limit', seen);
  return warn(
    'rate-limit',
    seen,
    'A first crawl goes on over days; an account may have a higher limit: `credential`, and `requests` in federation.yaml.',
  );
}

const hours = (milliseconds: number): string => `${Math.round(milliseconds / 360_000) / 10} hours`;

/** What a crawl would ask. */
export interface Extent {
  readonly repositories: number;
  /** How many of them had their tags listed. */
  readonly listed: number;
  readonly tags: number;
  /** Requests of a crawl at a time. */
  readonly atOnce: number;
}

/** Milliseconds beyond which a crawl is said to be long: the time in which a registry is listed, whoever waits. */
const LONG_MS = 3_600_000;

/**
 * The check `speed`: how long HEAD of a manifest takes (the median, in milliseconds), and by it a refresh: a
 * list for each repository, and HEAD for each tag. It warns beyond an hour, and is skipped where no manifest
 * was asked for by HEAD, or no list of tags was read.
 */
export function judgeSpeed(
  exchanges: readonly Exchange[],
  { repositories, listed, tags, atOnce }: Extent,
): Check {
  const heads = exchanges.filter(({ method, subject }) => method === 'HEAD' && subject === 'manifest');
  const head = median(heads.map(({ took }) => took));
  if (head === null || listed === 0) return skip('speed', 'no manifest was asked for');
  const allTags = Math.round((tags / listed) * repositories);
  const list = median(exchanges.filter(({ subject }) => subject === 'tags').map(({ took }) => took)) ?? head;
  const crawl = (allTags * head + repositories * list) / atOnce;
  const seen = `HEAD takes ${Math.round(head)} ms; about ${allTags} tags are asked for in ${duration(crawl)}`;
  if (crawl <= LONG_MS) return pass('speed', seen);
  return warn(
    'speed',
    seen,
    'Crawl fewer repositories, or raise `requests.atOnce` with the registry’s consent.',
  );
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

const duration = (milliseconds: number): string =>
  milliseconds < 120_000
    ? `${Math.max(1, Math.round(milliseconds / 1_000))} s`
    : `${Math.round(milliseconds / 60_000)} min`;
