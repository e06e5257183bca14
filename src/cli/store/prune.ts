// `panfed store prune`: removes what the configuration does not name any more and what nothing has needed for a while.
import { Command, InvalidArgumentError } from 'commander';
import type { Config } from '../../config/schema.ts';
import type { Environment } from '../../config/secrets.ts';
import { SYSTEM_CLOCK, type WallClock } from '../../model/clock.ts';
import { inert } from '../../model/inert.ts';
import { sizeText } from '../../model/size.ts';
import {
  type Pruneable,
  type Pruned,
  type PruneRequest,
  pruneableOf,
  pruneStore,
} from '../../store/upkeep/prune.ts';
import { numbered } from '../terminal/numbered.ts';
import { jsonText, type Output } from '../terminal/output.ts';
import { configuredStore, type ReportOptions, withReportOptions } from './configured.ts';

interface PruneOptions extends ReportOptions {
  /** Days. */
  readonly olderThan: number;
  readonly dryRun?: true;
}

const DAY_MS = 86_400_000;
const DAYS = 30;

/**
 * `panfed store prune`: removes registries that federation.yaml has no more, and documents that nothing named
 * for 30 days (`--older-than`, in days, 0 to 99,999), and prints what it removed, or with `--dry-run` would
 * remove. It rejects with USAGE for days that are no number, as {@link configuredStore} does, and as {@link
 * pruneStore} (STORE_IN_USE while a gateway has a SQLite store) or {@link pruneableOf} do. `clock`: by default the system's.
 */
export function pruneCommand(output: Output, env: Environment, clock: WallClock = SYSTEM_CLOCK): Command {
  return withReportOptions(new Command('prune'))
    .description('remove registries that federation.yaml no longer has, and documents that nothing names')
    .option('--older-than <days>', 'documents that nothing named for so long', daysOf, DAYS)
    .option('--dry-run', 'only report what would be removed')
    .addHelpText(
      'after',
      `
Examples:
  $ panfed store prune --dry-run
  $ panfed store prune
  $ panfed store prune --older-than 7 --format json

A registry goes with the history of its tags, which no crawl brings back: export the store before. Stop the gateway that has
a SQLite store. PostgreSQL is pruned while gateways run: name the configuration that all of them have.`,
    )
    .action(async (options: PruneOptions) => {
      const { config, place } = await configuredStore(options, env);
      const request: PruneRequest = {
        registries: registriesOf(config),
        documentsBefore: clock.wall() - options.olderThan * DAY_MS,
      };
      const pruned: Pruneable & Partial<Pruned> = options.dryRun
        ? await pruneableOf(place, request)
        : await pruneStore(place, request);
      if (options.format === 'json') output.data(jsonText({ dryRun: options.dryRun === true, ...pruned }));
      else output.show(reportText(pruned));
      if (pruned.roomKept == null) return;
      const { message, hint } = pruned.roomKept;
      output.message(
        `${output.style('yellow', 'warning', 'message')}: its room was not given back. ${inert(message)}\n  hint: ${inert(hint)}\n`,
      );
    });
}

const registriesText = (count: number): string => (count === 1 ? '1 registry' : `${count} registries`);

const registriesOf = ({ facilities }: Config): PruneRequest['registries'] =>
  facilities.flatMap(({ id, registries }) => registries.map(({ key }) => ({ facility: id, registry: key })));

/** Parses days for commander; throws its InvalidArgumentError for anything but a whole number. */
function daysOf(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a number of days, such as 30.');
}

function reportText({ registries, documents, before, after }: Pruneable & Partial<Pruned>): string {
  const verb = after === undefined ? 'would remove' : 'removed';
  return [
    ...registries.map(({ facility, registry }) => `${verb} ${inert(`${facility}/${registry}`)}\n`),
    `${verb} ${registriesText(registries.length)} and ${numbered(documents, 'document')}\n`,
    after === undefined
      ? `size: ${sizeText(before)}\n`
      : `size: ${sizeText(before)} before, ${sizeText(after)} now\n`,
  ].join('');
}
