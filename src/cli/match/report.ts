// Candidates for people: a line each with what stands most against it, or all that was found of one; and what to change where
// nothing fits.
import { dataSetFacts } from '../../model/data-set.ts';
import { inert } from '../../model/inert.ts';
import { type NoticeResponse, nearText, tellOutcome } from '../gateway/outcome.ts';
import { numbered } from '../terminal/numbered.ts';
import type { Output, Style } from '../terminal/output.ts';
import { type Column, table } from '../terminal/table.ts';
import type { CandidateResponse, CandidatesFound, FindingResponse } from './query.ts';
import type { QuestionOptions } from './question.ts';

type Verdict = FindingResponse['verdict'];
type DataSetResponse = NonNullable<CandidatesFound['dataSet']>;
type Judged = Pick<CandidateResponse, 'verdict' | 'findings'>;

const COLUMNS: readonly Column<CandidateResponse>[] = [
  { title: 'VERDICT', cell: ({ verdict }) => verdict.toLowerCase() },
  { title: 'SOFTWARE', cell: softwareText },
  { title: 'RESOURCE', cell: ({ resource }) => resource.id },
  { title: 'ENGINES', cell: ({ engines }) => engines.join(', ') },
  { title: 'IMAGE', cell: ({ image }) => withoutDigest(image.reference), wide: true },
  { title: 'WHY NOT YES', cell: againstText, wide: true },
];

/** A table of candidates, a row each, as wide as the terminal; empty without candidates. */
export function candidateTable(candidates: readonly CandidateResponse[], output: Output): string {
  return candidates.length === 0 ? '' : table(COLUMNS, candidates, output);
}

/** Everything that was found of one candidate, a line each dimension with what would change it, and its versions; inert. */
export function candidateCard(candidate: CandidateResponse, output: Output): string {
  const { verdict, resource, image, engines, findings, versions } = candidate;
  const scheduler = [resource.scheduler.toLowerCase(), resource.partition].filter(Boolean).join(' ');
  const heading = `${output.style('bold', inert(softwareText(candidate)))} at ${inert(resource.id)}`;
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['image', image.id],
    ['pulled as', image.reference],
    ['resource', `${resource.name} (${scheduler})`],
    ['engines', engines.join(', ')],
    ['versions', (versions ?? []).map(versionText).join(', ')],
  ];
  return [
    `${output.style(STYLES[verdict], verdict.toLowerCase())}  ${heading}\n`,
    ...facts.flatMap(([name, value]) =>
      value === '' ? [] : `  ${output.style('dim', name.padEnd(WIDTH))}  ${inert(value)}\n`,
    ),
    ...findings.map((finding) => findingLines(finding, output)),
  ].join('');
}

/** Columns of the names on a card. */
const WIDTH = 'architecture'.length;

function findingLines({ dimension, verdict, message, remedy }: FindingResponse, output: Output): string {
  const name = output.style('dim', dimension.toLowerCase().padEnd(WIDTH));
  const word = output.style(STYLES[verdict], verdict.toLowerCase().padEnd('unknown'.length));
  const more = remedy === null ? '' : `${' '.repeat(WIDTH + 13)}${inert(remedy)}\n`;
  return `  ${name}  ${word}  ${inert(message)}\n${more}`;
}

const STYLES: Readonly<Record<Verdict, Style>> = { YES: 'green', UNKNOWN: 'yellow', NO: 'red' };

/** What stands most against it: the first finding that is no, else the first that is unknown; undefined: none is. */
export const worstFinding = ({ findings }: Pick<Judged, 'findings'>): FindingResponse | undefined =>
  findings.find(({ verdict }) => verdict === 'NO') ?? findings.find(({ verdict }) => verdict === 'UNKNOWN');

function againstText({ findings }: Judged): string {
  const worst = worstFinding({ findings });
  if (worst === undefined) return '';
  const others = findings.filter(({ verdict }) => verdict === worst.verdict).length - 1;
  const more = others === 0 ? '' : ` (and ${others} more)`;
  return `${worst.dimension.toLowerCase()}: ${worst.message}${more}`;
}

function softwareText({ framework, version }: CandidateResponse): string {
  return [framework.name, version].filter(Boolean).join(' ');
}

const versionText = ({ version, verdict }: { version: string | null; verdict: Verdict }): string =>
  `${version ?? 'without version'} ${verdict.toLowerCase()}`;

const withoutDigest = (reference: string): string => reference.replace(/@.*$/s, '');

/** Writes how the answer came about, and how many candidates there are of each verdict, to stderr. */
export function tellFound(found: CandidatesFound, options: QuestionOptions, output: Output): void {
  if (found.dataSet !== null) output.message(`${dataSetText(found.dataSet)}\n`);
  tellOutcome(found, output, (notice) => adviceText(notice, options));
  const { yes, unknown, no } = found.counts;
  const more = found.endCursor === null ? '' : '; more with --first <count> or --all';
  output.message(
    `${found.candidates.length} of ${numbered(found.totalCount, 'candidate')}: ${yes} yes, ${unknown} unknown, ${no} no${more}\n`,
  );
}

/** What the data catalog says of the data set; inert. */
function dataSetText({ pid, facility, formats, techniques, size, path }: DataSetResponse): string {
  const facts = dataSetFacts({ formats, techniques, size });
  const said = facts.length === 0 ? 'nothing more is known of it' : facts.join(', ');
  return inert(`data set ${pid} at ${facility.id}: ${said}${path === null ? '' : `, in ${path}`}`);
}

/** The flags to change where nothing fits: those of the dimensions in the way that were given. */
function adviceText(notice: NoticeResponse, options: QuestionOptions): string {
  if (notice.code !== 'NO_CANDIDATE') return nearText(notice);
  const flags = notice.suggestions.flatMap((name) => {
    const [option, flag] = ADVICE.get(name) ?? [];
    return option === undefined || options[option] === undefined ? [] : [flag];
  });
  return flags.length === 0 ? '' : ` Change or leave out ${flags.join(' or ')}.`;
}

/** By dimension, and by argument: the option that asks for it. */
const ADVICE: ReadonlyMap<string, readonly [option: keyof QuestionOptions, flag: string]> = new Map([
  ['format', ['dataFormat', '--data-format']],
  ['technique', ['technique', '--technique']],
  ['cpus', ['cpus', '--cpus']],
  ['memory', ['memory', '--memory']],
  ['time', ['time', '--time']],
  ['locality', ['facility', '--facility']],
  ['only', ['only', '--only']],
  ['except', ['except', '--except']],
]);
