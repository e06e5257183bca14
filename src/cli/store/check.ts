// `panfed store check`: reads back everything, and reports what is not as panfed wrote it.
import { Command } from 'commander';
import { cursorSecret } from '../../config/cursor-secret.ts';
import type { Environment } from '../../config/secrets.ts';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import { placeText } from '../../store/place-text.ts';
import type { StoreCheck } from '../../store/upkeep/check.ts';
import { readBack } from '../../store/upkeep/inspect.ts';
import { numbered } from '../terminal/numbered.ts';
import { jsonText, type Output } from '../terminal/output.ts';
import { configuredStore, type ReportOptions, withReportOptions } from './configured.ts';

/**
 * `panfed store check`. It rejects with STORE_INVALID for findings, after its report; else as
 * {@link configuredStore} and {@link cursorSecret} do, with CONFIG_INVALID, and as {@link readBack} does,
 * with STORE_NEWER or STORE_UNAVAILABLE.
 */
export function checkCommand(output: Output, env: Environment): Command {
  return withReportOptions(new Command('check'))
    .description('read back everything, and report what is not as panfed wrote it')
    .addHelpText(
      'after',
      `
Examples:
  $ panfed store check
  $ panfed store check --config /etc/panfed/federation.yaml --format json

Every crawl and every part of it is compared with its seal, every document with its digest, every state with its MAC, as is
every time in which a tag pointed to one digest, and the pages of SQLite's file with each other. It needs the federation's
secret, changes nothing, and works while a gateway has the store. The exit code is 3 if there is a finding.`,
    )
    .action(async (options: ReportOptions) => {
      const { config, place, secret } = await configuredStore(options, env);
      // A demo's own secret is a new one at each start: nothing that was written under it could be read back.
      const report = await readBack(place, await cursorSecret({ ...config, demo: false }, secret));
      if (options.format === 'json') output.data(jsonText({ place: placeText(place), ...report }));
      else output.show(reportText(report, output));
      const { length } = report.findings;
      if (length === 0) return;
      throw new FederationError('STORE_INVALID', `${numbered(length, 'finding')}, reported above`, {
        at: placeText(place),
      });
    });
}

function reportText({ findings, ...counts }: StoreCheck, output: Output): string {
  const read = [
    numbered(counts.registries, 'crawl'),
    numbered(counts.nodes, 'node'),
    numbered(counts.documents, 'document'),
    numbered(counts.states, 'state'),
    numbered(counts.tags, 'tag'),
  ];
  return [
    ...findings.map(
      ({ at, message, hint }) =>
        `${inert(at)}: ${output.style('red', 'error')}: ${inert(message)}\n  hint: ${inert(hint)}\n`,
    ),
    `read back: ${read.join(', ')}${findings.length === 0 ? '; all is as it was written' : ''}\n`,
  ].join('');
}
