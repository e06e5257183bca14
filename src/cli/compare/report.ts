// The comparison of two images as text: rows of what differs, for a table of the terminal and for one of Markdown.
import type { CompareQuery, DifferenceListsFragment } from '../../graphql/generated/operations.ts';
import { inert } from '../../model/inert.ts';
import { markdownTable } from '../../model/markdown.ts';
import { numbered } from '../terminal/numbered.ts';
import type { Output } from '../terminal/output.ts';
import { type Column, table } from '../terminal/table.ts';

export type Comparison = NonNullable<CompareQuery['compare']>;

/** One line of the comparison. */
export interface Row {
  /** `license`, `framework up`, `component added` … */
  readonly what: string;
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

const NOTHING = '-';
const COLUMNS: readonly Column<Row>[] = [
  { title: 'WHAT', cell: ({ what }) => what },
  { title: 'NAME', cell: ({ name }) => name, wide: true },
  { title: 'BEFORE', cell: ({ before }) => before, wide: true },
  { title: 'AFTER', cell: ({ after }) => after, wide: true },
];

/**
 * What differs (facts, frameworks, components, manifests), in the order of the comparison; what is equal has
 * no row, and a value that is not known is `-`. Empty where nothing differs. Texts are as the gateway gave
 * them, not inert.
 */
export function rowsOf({ facts, frameworks, components, manifests }: Comparison): readonly Row[] {
  return [
    ...(facts ?? [])
      .filter(({ before, after }) => before !== after)
      .map(({ field, before, after }) => ({
        ...{ what: field, name: '' },
        ...{ before: before ?? NOTHING, after: after ?? NOTHING },
      })),
    ...listRows('framework', frameworks),
    ...listRows('component', components),
    ...(manifests?.removed ?? []).map((one) => manifestRow('removed', one)),
    ...(manifests?.added ?? []).map((one) => manifestRow('added', one)),
  ];
}

const VERSIONS = ['added', 'removed', 'up', 'down', 'changed'] as const;

function listRows(kind: string, lists: Comparison['frameworks'] | Comparison['components']): readonly Row[] {
  if (lists === null) return [];
  const rows = VERSIONS.flatMap((name) =>
    lists[name].nodes.map(({ name: of, before, after }) => ({
      what: `${kind} ${name}`,
      name: of,
      before: name === 'added' ? '' : (before ?? NOTHING),
      after: name === 'removed' ? '' : (after ?? NOTHING),
    })),
  );
  if (!('relicensed' in lists)) return rows;
  const relicensed = lists.relicensed.nodes.map(({ name, licenseBefore, licenseAfter }) => ({
    ...{ what: `${kind} relicensed`, name },
    ...{ before: licenseBefore ?? NOTHING, after: licenseAfter ?? NOTHING },
  }));
  return [...rows, ...relicensed];
}

const manifestRow = (
  change: 'added' | 'removed',
  { platform, digest }: { readonly platform: string | null; readonly digest: string },
): Row => ({
  what: `manifest ${change}`,
  name: platform ?? NOTHING,
  before: change === 'removed' ? digest : '',
  after: change === 'added' ? digest : '',
});

/**
 * What is not in the rows: what is left out, not known or withheld, as lines without a line feed; empty where
 * there is nothing to say. Texts are as the gateway gave them, not inert.
 */
export function notesOf(comparison: Comparison): readonly string[] {
  const { frameworks, components, manifests, aWithheld, bWithheld, isSame } = comparison;
  const notes: string[] = isSame ? ['Both have one digest.'] : [];
  for (const [side, reasons] of [
    ['the first image', aWithheld],
    ['the second image', bWithheld],
  ] as const) {
    if (reasons.length === 0) continue;
    notes.push(
      `Images are compared for who may pull both, and you may not pull ${side}: ${reasons.map(({ message }) => message).join(' ')}`,
    );
  }
  const mayBoth = aWithheld.length + bWithheld.length === 0;
  if (components === null && mayBoth)
    notes.push('No SBOM of one of them is known: components are not compared.');
  if (components?.truncated) notes.push('Not all components are known: there may be more differences.');
  for (const [kind, lists] of [
    ['framework', frameworks],
    ['component', components],
  ] as const) {
    const left = leftOutOf(lists);
    if (left > 0) notes.push(`${numbered(left, kind)} more that differ: raise --first.`);
  }
  const common = manifests?.common.length ?? 0;
  if (common > 0) notes.push(`${numbered(common, 'manifest')} in common, with all layers.`);
  return notes;
}

function leftOutOf(lists: Comparison['frameworks'] | Comparison['components']): number {
  if (lists === null) return 0;
  const all: readonly DifferenceListsFragment[] = [
    ...VERSIONS.map((name) => lists[name]),
    ...('relicensed' in lists ? [lists.relicensed] : []),
  ];
  return all.reduce((sum, { leftOut }) => sum + leftOut, 0);
}

/**
 * The rows of {@link rowsOf} as a {@link table}, fitted to the terminal and inert; without rows, one line
 * that nothing differs, or that nothing is compared.
 */
export function comparisonTable(comparison: Comparison, output: Output): string {
  const rows = rowsOf(comparison);
  return rows.length === 0 ? emptyOf(comparison) : table(COLUMNS, rows, output);
}

/**
 * The comparison in Markdown (GitHub Flavored), inert: a table of {@link rowsOf}, or that nothing differs or
 * is compared, and the {@link notesOf} it as a list.
 */
export function comparisonMarkdown(comparison: Comparison): string {
  const code = (text: string): string => (text === '' ? '' : `\`${inert(text).replaceAll('`', "'")}\``);
  const rows = rowsOf(comparison).map(({ what, name, before, after }) => [
    what,
    ...[name, before, after].map(code),
  ]);
  const heading = `Comparison of ${code(comparison.a?.id ?? '')} with ${code(comparison.b?.id ?? '')}\n\n`;
  const notes = notesOf(comparison).map((note) => `- ${escaped(inert(note))}\n`);
  return [
    heading,
    rows.length === 0 ? emptyOf(comparison) : markdownTable(['What', 'Name', 'Before', 'After'], rows),
    ...(notes.length === 0 ? [] : ['\n', ...notes]),
  ].join('');
}

const emptyOf = ({ facts }: Comparison): string =>
  facts === null ? 'Nothing is compared.\n' : 'Nothing that is known of both differs.\n';

const escaped = (text: string): string => text.replace(/[\\`*_[\]<>|]/g, '\\$&');
