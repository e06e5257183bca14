// `panfed store info`: where the store is, and what it has of each registry.
import { Command } from 'commander';
import type { Environment } from '../../config/secrets.ts';
import { inert } from '../../model/inert.ts';
import { sizeText } from '../../model/size.ts';
import { placeText } from '../../store/place-text.ts';
import type { StoreInfo } from '../../store/store.ts';
import { inspectStore } from '../../store/upkeep/inspect.ts';
import { jsonText, type Output } from '../terminal/output.ts';
import { type Column, table } from '../terminal/table.ts';
import { configuredStore, type ReportOptions, withReportOptions } from './configured.ts';

type Registry = StoreInfo['registries'][number];

const COLUMNS: readonly Column<Registry>[] = [
  { title: 'FACILITY', cell: ({ facility }) => facility },
  { title: 'REGISTRY', cell: ({ registry }) => registry },
  { title: 'NODES', cell: ({ nodes }) => String(nodes) },
  { title: 'GENERATION', cell: ({ generation }) => generation ?? '', wide: true },
  { title: 'CRAWLED', cell: ({ crawledAt }) => timeOf(crawledAt) },
  { title: 'CHECKED', cell: ({ checkedAt }) => timeOf(checkedAt) },
];

/**
 * `panfed store info`; times are in RFC 3339 (UTC), sizes in bytes in JSON. It rejects as
 * {@link configuredStore} does, with CONFIG_INVALID, and as {@link inspectStore} does, with STORE_NEWER,
 * STORE_DAMAGED or STORE_UNAVAILABLE.
 */
export function infoCommand(output: Output, env: Environment): Command {
  return withReportOptions(new Command('info'))
    .description('show where the store is, how large, and what it has of each registry')
    .addHelpText(
      'after',
      `
Examples:
  $ panfed store info
  $ panfed store info --config /etc/panfed/federation.yaml --format json

It changes nothing, and works while a gateway has the store. NODES counts what the registry said of images, malformed ones
included; TAGS counts the times in which each tag pointed to one digest.`,
    )
    .action(async (options: ReportOptions) => {
      const { place } = await configuredStore(options, env);
      const info = await inspectStore(place);
      if (options.format === 'json') output.data(jsonText(document(info, placeText(place))));
      else output.show(reportText(info, placeText(place), output));
    });
}

const document = ({ registries, ...info }: StoreInfo, place: string) => ({
  place,
  ...info,
  registries: registries.map((registry) => ({
    ...registry,
    crawledAt: timeOf(registry.crawledAt),
    checkedAt: timeOf(registry.checkedAt),
  })),
});

function reportText(info: StoreInfo, place: string, output: Output): string {
  const facts = [
    ['engine', info.engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'],
    ['place', inert(place)],
    ['schema', `version ${info.schema}`],
    ['size', sizeText(info.bytes)],
    ['documents', String(info.documents)],
    ['tags', String(info.tags)],
  ];
  const lines = facts.map(([name = '', value]) => `${output.style('bold', name.padEnd(11))}${value}\n`);
  return info.registries.length === 0
    ? `${lines.join('')}no registry was crawled completely yet\n`
    : `${lines.join('')}\n${table(COLUMNS, info.registries, output)}`;
}

/** RFC 3339, in UTC. A time that nobody can have written is shown as what it is. */
function timeOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString();
}
