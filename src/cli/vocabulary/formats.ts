// `panfed formats`: the data formats of the packaged vocabulary, and those that a name or a file name ending may mean.
import { Command } from 'commander';
import { loadVocabulary } from '../../vocabulary/load.ts';
import type { Format, Vocabulary } from '../../vocabulary/vocabulary.ts';
import { jsonText, type Output, processOutput } from '../terminal/output.ts';
import { type Column, table } from '../terminal/table.ts';
import { facts, type TermOptions, termOfWords, unknownTerm, withTermOptions } from './term.ts';

const dotted = (extensions: readonly string[]): string => extensions.map((each) => `.${each}`).join(' ');
const above = ({ isA, in: container }: Format): string =>
  [...isA, ...(container === null ? [] : [`in ${container}`])].join(', ');

const COLUMNS: readonly Column<Format>[] = [
  { title: 'FORMAT', cell: ({ id }) => id },
  { title: 'LABEL', cell: ({ label }) => label, wide: true },
  { title: 'IS', cell: above },
  { title: 'ENDINGS', cell: ({ extensions }) => dotted(extensions), wide: true },
  { title: 'MEDIA TYPES', cell: ({ mediaTypes }) => mediaTypes.join(' '), wide: true },
];

/**
 * `panfed formats`, which writes to `output`, by default that of the process, and asks no gateway. It rejects with USAGE for a
 * term that no format has, and with CONFIG_INVALID where the packaged vocabulary is broken.
 */
export function formatsCommand(output: Output = processOutput()): Command {
  return withTermOptions(
    new Command('formats').description(
      'look up data formats by name, file name ending, media type or EDAM id',
    ),
    'a format’s name, or an ending with its dot, such as .h5',
  )
    .addHelpText(
      'after',
      `
Examples:
  $ panfed formats
  $ panfed formats nxmx
  $ panfed formats .h5
  $ panfed formats image/tiff --format json

An ending that several formats have lists all of them; a choice of formats needs the one that is meant, by its id. A choice
includes what is narrower: reads=HDF5 finds images that read NXmx. The vocabulary is the package's: no gateway is asked.`,
    )
    .action((words: readonly string[], options: TermOptions) => lookUp(termOfWords(words), options, output));
}

function lookUp(term: string | null, { format: written }: TermOptions, output: Output): void {
  const vocabulary = loadVocabulary();
  const found = term === null ? vocabulary.formats() : vocabulary.formatsOf(term);
  if (term !== null && found.length === 0) {
    const names = vocabulary.formats().flatMap(({ id, label, synonyms }) => [id, label, ...synonyms]);
    throw unknownTerm(term, 'format', names);
  }
  const meant = term === null ? null : vocabulary.format(term);
  if (written === 'json') {
    const formats = found.map((format) => ({ ...format, includes: includedIn(format, vocabulary) }));
    output.data(jsonText(term === null ? { formats } : { term, meant: meant?.id ?? null, formats }));
    return;
  }
  const [only] = found;
  output.show(
    found.length === 1 && only !== undefined
      ? detail(only, vocabulary, output)
      : table(COLUMNS, found, output),
  );
  if (term !== null && found.length > 1) output.message(`${noteOn(term, meant, found.length)}\n`);
}

const noteOn = (term: string, meant: Format | null, count: number): string =>
  meant === null
    ? `${term} is ambiguous: ${count} formats have it, so a choice and a catalog name the one that is meant by its id`
    : `as a name, ${term} is ${meant.id}; the others have it as an ending of their files`;

const includedIn = ({ id }: Format, vocabulary: Vocabulary): readonly string[] =>
  vocabulary.narrowerFormats(id).filter((other) => other !== id);

function detail(format: Format, vocabulary: Vocabulary, output: Output): string {
  const { mark } = format;
  const attribute = mark?.attribute === undefined ? '' : `, attribute ${mark.attribute}`;
  return facts(
    [
      ['format', format.id],
      ['label', format.label],
      ['synonyms', format.synonyms.join(', ')],
      ['endings', dotted(format.extensions)],
      ['media types', format.mediaTypes.join(', ')],
      [
        'magic',
        format.magic.map(({ offset, bytes }) => `${bytes}${offset === 0 ? '' : ` at ${offset}`}`).join(', '),
      ],
      ['is', format.isA.join(', ')],
      ['in', format.in ?? ''],
      [
        'mark',
        mark === null ? '' : `${mark.path}${attribute}${mark.value === undefined ? '' : ` = ${mark.value}`}`,
      ],
      ['includes', includedIn(format, vocabulary).join(', ')],
      ['EDAM', format.edam ?? ''],
      ['defined at', format.source ?? ''],
    ],
    output,
  );
}
