// The label mapper: what an image's labels say, in the words of the record, for whatever the registry left unsaid.
import { bioContainersFacts } from './labels/biocontainers.ts';
import type { Described, LabelFacts, LabelProblem, Restrictions } from './labels/facts.ts';
import type { Labels } from './labels/family.ts';
import type { Software } from './labels/inherited.ts';
import { LABELLED_FIELDS } from './labels/labelled-fields.ts';
import { ociFacts } from './labels/oci.ts';
import { panfedFacts } from './labels/panfed.ts';
import { agreedVersions } from './labels/versions.ts';

export type {
  Claims,
  Described,
  LabelCondition,
  LabelFacts,
  LabelProblem,
  Restrictions,
} from './labels/facts.ts';
export { PANFED, PANFED_FIELDS } from './labels/panfed.ts';

/** A list is empty, anything else null. */
const NOTHING = Object.fromEntries(
  [...LABELLED_FIELDS, ['licenses', { kind: 'terms' }] as const].map(([name, { kind }]) => [
    name,
    kind === 'names' || kind === 'terms' || kind === 'frameworks' ? [] : null,
  ]),
) as unknown as Described;

/** What labels are compared with. `frameworks`: the names that the registry states, null where labels may. */
export type Known = Omit<Software, 'frameworks'> & { readonly frameworks: readonly string[] | null };

/** What labels restrict, those included that cannot be read; none but `io.panfed.*` restricts. */
export const restrictionsOf = (labels: Labels): Restrictions => panfedFacts(labels, () => {}).restrictions;

/**
 * Reads all families of labels; where several describe the same field, `io.panfed.*` goes before
 * `org.opencontainers.image.*`, and that before BioContainers' labels, and a list is one family's as a whole. Licenses
 * are those of all, and a version is one that none disputes; what OCI's labels say of a base image is left out. Names
 * stay as the lab writes them; texts are inert and within BOUNDS. Never throws: what cannot be read is a problem, and a
 * restriction that cannot be read lowers sharing to `none` (`listed`: to false).
 */
export function mapLabels(labels: Labels, known: Known): LabelFacts {
  const problems: LabelProblem[] = [];
  const report = (label: string, problem: string) => problems.push({ label, problem });
  const panfed = panfedFacts(labels, report);
  const bioContainers = bioContainersFacts(labels, report);
  const lists = [panfed.described.frameworks ?? [], bioContainers.frameworks ?? []];
  const named = lists.find((list) => list.length > 0)?.map(({ name }) => name);
  const software = { ...known, frameworks: known.frameworks ?? named ?? [] };
  const oci = ociFacts(labels, software, report);
  const families = [panfed.described, oci.described, bioContainers];
  const first = Object.fromEntries(
    Object.entries(NOTHING).map(([field, nothing]) => {
      const values = families.map((family) => family[field as keyof Described]);
      return [field, values.find(isSaid) ?? nothing];
    }),
  ) as unknown as Described;
  return {
    described: {
      ...first,
      licenses: [...new Set(families.flatMap(({ licenses }) => licenses ?? []))],
      frameworks: agreedVersions(lists, oci.version, software),
    },
    restrictions: panfed.restrictions,
    claims: panfed.claims,
    problems,
  };
}

const isSaid = (value: unknown): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
