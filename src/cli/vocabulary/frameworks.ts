// `panfed frameworks`: the software of the packaged vocabulary, and what a name of it means.
import { Command } from 'commander';
import { loadVocabulary } from '../../vocabulary/load.ts';
import type { Framework } from '../../vocabulary/vocabulary.ts';
import { jsonText, type Output, processOutput } from '../terminal/output.ts';
import { type Column, table } from '../terminal/table.ts';
import { facts, type TermOptions, termOfWords, unknownTerm, withTermOptions } from './term.ts';

const COLUMNS: readonly Column<Framework>[] = [
  { title: 'FRAMEWORK', cell: ({ name }) => name },
  { title: 'SYNONYMS', cell: ({ synonyms }) => synonyms.join(', '), wide: true },
  { title: 'LICENSE', cell: ({ license }) => license ?? '', wide: true },
  { title: 'HOMEPAGE', cell: ({ homepage }) => homepage, wide: true },
];

/**
 * `panfed frameworks`, which writes to `output`, by default that of the process, and asks no gateway. It rejects with USAGE for
 * a term that no framework has, and with CONFIG_INVALID where the packaged vocabulary is broken.
 */
export function frameworksCommand(output: Output = processOutput()): Command {
  return withTermOptions(
    new Command('frameworks').description('look up scientific software by its names'),
    'a name or synonym, such as relion-5',
  )
    .addHelpText(
      'after',
      `
Examples:
  $ panfed frameworks
  $ panfed frameworks relion-5
  $ panfed frameworks octopus
  $ panfed frameworks ccp4 --format json

A name that several have lists all of them. A suite ships those that it holds; a choice of one of these finds images that name
it, not those that name the suite alone, whose versions are others. The vocabulary is the package's: no gateway is asked.`,
    )
    .action((words: readonly string[], options: TermOptions) => lookUp(termOfWords(words), options, output));
}

function lookUp(term: string | null, { format }: TermOptions, output: Output): void {
  const vocabulary = loadVocabulary();
  const names = vocabulary.frameworks();
  const found = (term === null ? names : [term]).flatMap((name) => vocabulary.frameworksOf(name));
  if (term !== null && found.length === 0) {
    const known = names.flatMap((name) => [name, ...vocabulary.frameworkSynonyms(name)]);
    throw unknownTerm(term, 'framework', known);
  }
  if (format === 'json') {
    const meant = term === null ? null : vocabulary.framework(term);
    output.data(jsonText(term === null ? { frameworks: found } : { term, meant, frameworks: found }));
    return;
  }
  const [only] = found;
  output.show(
    found.length === 1 && only !== undefined ? detail(only, output) : table(COLUMNS, found, output),
  );
  if (term !== null && found.length > 1)
    output.message(
      `${term} is ambiguous: ${found.length} frameworks have it, so write the name of the one that is meant\n`,
    );
}

function detail(framework: Framework, output: Output): string {
  return facts(
    [
      ['framework', framework.name],
      ['synonyms', framework.synonyms.join(', ')],
      ['homepage', framework.homepage],
      ['license', framework.license ?? ''],
      ['holds', framework.holds.join(', ')],
      ['held by', framework.heldBy.join(', ')],
      ['bio.tools', framework.biotools ?? ''],
      ['RRID', framework.rrid ?? ''],
      ['Wikidata', framework.wikidata ?? ''],
    ],
    output,
  );
}
