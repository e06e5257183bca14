// `panfed history`: where a tag pointed, from when to when.
import { Command } from 'commander';
import { HistoryDocument, type HistoryQuery } from '../graphql/generated/operations.ts';
import { FederationError } from '../model/errors.ts';
import { connectGateway } from './gateway/client.ts';
import { type QueryOptions, withGatewayOptions } from './gateway/options.ts';
import { jsonText, type Output, processOutput } from './terminal/output.ts';
import { type Column, table } from './terminal/table.ts';

type Span = NonNullable<HistoryQuery['tagHistory']>[number];

const COLUMNS: readonly Column<Span>[] = [
  { title: 'FROM', cell: ({ since }) => since },
  { title: 'UNTIL', cell: ({ until }) => until ?? 'now' },
  { title: 'DIGEST', cell: ({ digest }) => digest ?? 'gone' },
];

/** The GraphQL document of `panfed history`. */
export const HISTORY = HistoryDocument.toString();

/**
 * `panfed history`, which writes to `output` and takes PANFED_URL and PANFED_TOKEN of `env`, by default those
 * of the process. It rejects as {@link connectGateway} and its requests do (USAGE, GATEWAY_UNREACHABLE, or
 * the gateway's own code), as {@link referenceOf} throws for what is no tag, and with NOT_FOUND where nothing
 * is known.
 */
export function historyCommand(
  output: Output = processOutput(),
  env: NodeJS.ProcessEnv = process.env,
): Command {
  return withGatewayOptions(
    new Command('history')
      .description('show where a tag pointed, from when to when')
      .argument('<tag>', 'what an engine pulls: host, repository and tag'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ panfed history registry.esrf.fr:5000/em/relion:latest
  $ PANFED_TOKEN=$(panfed token --as esrf-em) panfed history registry.esrf.fr:5000/em/relion:5.0.0 --format json

Times are those of the crawls that saw a change. Digests of images that you may discover now are shown; at all other times
the tag was gone, as far as you may know. Tags of a registry of kind file have no history: panfed facilities shows the kinds.`,
    )
    .action((tag: string, options: QueryOptions) => history(tag, options, output, env));
}

async function history(
  tag: string,
  options: QueryOptions,
  output: Output,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const reference = referenceOf(tag);
  const gateway = await connectGateway(options, env);
  const { data, failures } = await gateway.ask(HISTORY, { reference });
  const spans = data.tagHistory;
  if (failures[0] !== undefined) throw failures[0];
  if (spans === null || spans.length === 0) {
    throw new FederationError('NOT_FOUND', 'there is no history of this tag that you may see', {
      at: tag,
      hint: 'A gateway with a store keeps one from its first crawl on, but none of a registry of kind file: panfed facilities shows the kinds. What you may see: panfed search <words> --long. With a token there may be more: --token-file or PANFED_TOKEN.',
    });
  }
  if (options.format === 'json') output.data(jsonText(spans));
  else output.show(table(COLUMNS, spans, output));
}

/**
 * The reference, `<host>/<repository>:<tag>`, trimmed and without a scheme. Throws USAGE for a text that does not name
 * a tag of a repository at a host.
 */
export function referenceOf(text: string): string {
  const name = text.trim().replace(/^[a-z]+:\/\//, '');
  if (/^[^/@]+\/[^@]*[^/@]:[^/@:]+$/.test(name)) return name;
  throw new FederationError('USAGE', 'this is not a tag of a repository', {
    at: text,
    hint: 'Write the host, the repository and the tag, such as registry.esrf.fr:5000/em/relion:latest. A digest has no history.',
  });
}
