// The labels that BioContainers asks for: `software`, `software.version`, `about.*`. Its `version` is the recipe's, not
// the software's, and is left out, as are `container`, `base_image`, `maintainer` and `extra.*`: no field of ours.
import { BOUNDS } from '../../model/bounds.ts';
import { type Family, firstOf, type Labels, licensesOf, type Report } from './family.ts';
import { readNames, readText, readUrl } from './read.ts';

/** Theirs, and spellings that say the same. */
const LICENSES = ['about.license', 'about.licence', 'about.licenses', 'about.licences'];

/** The labels that are read. */
export const BIOCONTAINERS_LABELS: readonly string[] = [
  ...['about.summary', 'about.documentation', 'about.home', 'about.tags', ...LICENSES],
  ...['software', 'software.version', 'upstream.version'],
];

/**
 * What BioContainers' labels describe; `about.home`, the software's home page, stands in for a documentation
 * that is not given, and of `about.tags` the first 64 are techniques that are no facets of Debian's
 * (`field::biology`). Lists are empty and all else is null where they do not say; what cannot be read is
 * reported. Never throws.
 */
export const bioContainersFacts: Family = (labels, report) => ({
  description: firstOf(labels, ['about.summary'], (value) => readText(value, BOUNDS.description), report),
  documentation: firstOf(labels, ['about.documentation', 'about.home'], readUrl, report),
  licenses: licensesOf(labels, LICENSES, report),
  frameworks: frameworks(labels, report),
  techniques: firstOf(labels, ['about.tags'], freeTags, report) ?? [],
});

function frameworks(labels: Labels, report: Report): { name: string; version: string | null }[] {
  const name = firstOf(labels, ['software'], (value) => readText(value, BOUNDS.name), report);
  if (name === null) return [];
  const versions = ['software.version', 'upstream.version'];
  return [{ name, version: firstOf(labels, versions, (value) => readText(value, BOUNDS.version), report) }];
}

/** Tags in words, such as `Proteomics`; Debian's facets (`field::biology`, and `:text` after one) name no technique. */
const freeTags = (value: unknown): string[] =>
  readNames(value, BOUNDS.labelValue)
    .filter((tag) => !tag.includes('::') && !tag.startsWith(':'))
    .slice(0, BOUNDS.techniques);
