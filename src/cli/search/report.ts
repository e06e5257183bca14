// What was found, for people: a line an image or all that is known of it, the counts, and how the registries fared.
import { inert } from '../../model/inert.ts';
import { sizeText } from '../../model/size.ts';
import { FACTS } from '../../page/image-facts.ts';
import { ORIGIN_WORDS } from '../../page/words.ts';
import { tellOutcome } from '../gateway/outcome.ts';
import { numbered } from '../terminal/numbered.ts';
import type { Output } from '../terminal/output.ts';
import { type Column, table } from '../terminal/table.ts';
import type { ImagesFound } from './pages.ts';
import type { FacetResponse } from './query.ts';

type Image = ImagesFound['images'][number];
/** The notices are asked for of one image alone. */
type Card = Image & { readonly notices?: readonly { readonly message: string }[] };

const COLUMNS: readonly Column<Image>[] = [
  { title: 'IMAGE', cell: ({ repository }) => repository, wide: true },
  { title: 'VERSION', cell: versionText, wide: true },
  { title: 'FACILITY', cell: ({ facility }) => facility.id },
  { title: 'LICENSE', cell: licenseText, wide: true },
  { title: 'SHARING', cell: ({ sharing }) => sharing.toLowerCase() },
  { title: 'TRUST', cell: ({ trust }) => trust.state.toLowerCase() },
  { title: 'YOU MAY', cell: mayText },
];

/** A table of images, a row each, as wide as the terminal; empty without images. */
export function imageTable(images: readonly Image[], output: Output): string {
  return images.length === 0 ? '' : table(COLUMNS, images, output);
}

/**
 * All that is known of one image, a line for each field that is stated, inert, with the command that pulls it or the
 * reasons why not.
 */
export function imageCard(image: Card, output: Output): string {
  const labels = (concepts: readonly { readonly label: string }[] | undefined) =>
    (concepts ?? []).map(({ label }) => label).join(', ');
  const rows: [name: string, value: string | null | undefined][] = [
    ['id', image.id],
    ['title', image.title],
    ['about', image.description],
    [
      'software',
      image.frameworks.map(({ name, version }) => [name, version].filter(Boolean).join(' ')).join(', '),
    ],
    ['tags', image.tags.join(', ')],
    ['techniques', labels(image.techniques)],
    ['reads', labels(image.reads)],
    ['writes', labels(image.writes)],
    ['license', licenseText(image)],
    ...(image.license.statements ?? []).map(({ text, origin, label }): [string, string] => [
      'stated by',
      `${label === null ? ORIGIN_WORDS[origin] : `the label ${label}`}: ${text}`,
    ]),
    ...(image.license.conditions ?? []).map(({ kind, origin, remedy }): [string, string] => [
      'asks for',
      `${kind.toLowerCase().replaceAll('_', ' ')} (by ${ORIGIN_WORDS[origin]})${remedy === null ? '' : `: ${remedy}`}`,
    ]),
    ['sharing', image.sharing.toLowerCase()],
    ['trust', trustText(image)],
    ['signed by', image.trust.state === 'VERIFIED' ? null : claimText(image)],
    ['built', builtText(image)],
    ['platforms', image.platforms?.join(', ')],
    ['size', image.size == null ? null : sizeText(image.size)],
    ['created', image.created],
    ...FACTS.map(({ short, value }): [string, string | null] => [short, value(image)]),
    ...(image.notices ?? []).map(({ message }): [string, string] => ['notice', message]),
    ['you may', mayText(image)],
    ...(image.pullCommands ?? []).map(({ engine, command }): [string, string] => [engine, command]),
    ...image.access.reasons.map(({ action, message, remedy }): [string, string] => [
      `no ${action.toLowerCase()}`,
      remedy === null ? message : `${message} ${remedy}`,
    ]),
  ];
  const lines = rows
    .filter((row): row is [string, string] => row[1] != null && row[1] !== '')
    .map(([name, value]) => `  ${output.style('dim', name.padEnd(11))} ${inert(value)}`);
  return `${output.style('bold', inert(image.repository))}  ${inert(image.facility.name)}\n${lines.join('\n')}\n`;
}

function trustText({ trust: { state, signers } }: Card): string {
  const by = signers.length === 0 ? '' : `: signed by ${signers.join(', ')}`;
  return `${state.toLowerCase()}${by}`;
}

/** The people who are said to have signed it; empty where nobody is. */
function claimText({ trust }: Card): string {
  const { claimedSigners = [] } = trust;
  return claimedSigners.length === 0 ? '' : `${claimedSigners.join(', ')} (not verified)`;
}

/** From what and by whom it was built; null: nobody says. */
function builtText({ trust: { provenance } }: Card): string | null {
  if (provenance == null) return null;
  const { verified, builder, source, revision } = provenance;
  const of = [source, revision].filter((one) => one !== null).join(' at ');
  const parts = [...(of === '' ? [] : [`from ${of}`]), ...(builder === null ? [] : [`by ${builder}`])];
  return parts.length === 0 ? null : `${parts.join(' ')}${verified ? '' : ' (not verified)'}`;
}

/**
 * The values of one facet with their counts, a line each in the answer's order, under its name, which alone is there for no
 * value; each by its label, with the value in parentheses where that differs, and inert. `*` marks the chosen ones.
 */
export function facetText(facet: FacetResponse, output: Output): string {
  const width = Math.max(0, ...facet.values.map(({ count }) => String(count).length));
  const lines = facet.values.map(({ value, label, count, chosen }) => {
    const name = label === value ? value : `${label} (${value})`;
    return `  ${String(count).padStart(width)}  ${inert(name)}${chosen ? ' *' : ''}`;
  });
  return `${output.style('bold', facet.field)}\n${lines.join('\n')}${lines.length > 0 ? '\n' : ''}`;
}

/** Writes how the answer came about, as {@link tellOutcome}, and how much of the whole was shown, to stderr. */
export function tellFound(found: ImagesFound, output: Output): void {
  tellOutcome(found, output);
  const more = found.endCursor === null ? '' : '; more with --first <count> or --all';
  output.message(`${found.images.length} of ${numbered(found.totalCount, 'image')}${more}\n`);
}

function versionText({ frameworks, tags }: Image): string {
  const versions = frameworks.flatMap(({ version }) => (version === null ? [] : [version]));
  return [...new Set(versions.length > 0 ? versions : tags)].slice(0, 3).join(', ');
}

function licenseText({ license }: { readonly license: Image['license'] }): string {
  if (license.expression !== null) return license.expression;
  return license.raw === null ? 'unknown' : `${license.raw} (not recognized)`;
}

function mayText({ access }: Image): string {
  if (access.execute) return 'execute';
  return access.pull ? 'pull' : 'discover';
}
