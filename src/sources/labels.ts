// The label mapper: what an image's labels say, in the words of the record, for whatever the registry left unsaid.
import { cleanLine } from '../model/clean-text.ts';
import { annotationFacts, namesIn } from './labels/annotations.ts';
import { BIOCONTAINERS_LABELS, bioContainersFacts } from './labels/biocontainers.ts';
import type { Described, LabelFacts, LabelLicense, LabelProblem, Restrictions } from './labels/facts.ts';
import type { Labels } from './labels/family.ts';
import type { Software } from './labels/inherited.ts';
import { LABEL_SCHEMA_KEYS } from './labels/label-schema.ts';
import { LABELLED_FIELDS } from './labels/labelled-fields.ts';
import { nearName } from './labels/near-families.ts';
import { OCI_KEYS, reportNearKeys } from './labels/oci.ts';
import { joinClaims, PANFED, panfedFacts } from './labels/panfed.ts';
import { joinRestrictions } from './labels/restrictions.ts';
import { agreedVersions } from './labels/versions.ts';

export type {
  Claims,
  Described,
  LabelCondition,
  LabelFacts,
  LabelLicense,
  LabelProblem,
  Restrictions,
} from './labels/facts.ts';
export { IMAGE_LABEL, PANFED, PANFED_FIELDS } from './labels/panfed.ts';

/** A list is empty, anything else null. */
const NOTHING = Object.fromEntries(
  [...LABELLED_FIELDS, ['licenses', { kind: 'terms' }] as const].map(([name, { kind }]) => [
    name,
    kind === 'names' || kind === 'terms' || kind === 'frameworks' ? [] : null,
  ]),
) as unknown as Described;

/** What labels are compared with. `frameworks`: the names that the registry states, null where labels may. */
export type Known = Omit<Software, 'frameworks'> & { readonly frameworks: readonly string[] | null };

/**
 * What labels restrict, those included that cannot be read, which lower sharing to `none` or `listed` to
 * false; none but `io.panfed.*` restricts. Never throws.
 */
export const restrictionsOf = (labels: Labels): Restrictions => panfedFacts(labels, () => {}).restrictions;

/**
 * The digests of manifests in the image's repository that its labels say have an SBOM of it (`io.panfed.sbom`), unproven; what
 * cannot be read is left out, and a problem of {@link mapLabels}. Never throws.
 */
export const sbomsOf = (labels: Labels): readonly string[] => panfedFacts(labels, () => {}).sboms;

/**
 * Reads all families of labels; where several describe the same field, `io.panfed.*` goes before
 * `org.opencontainers.image.*`, that before `org.label-schema.*`, and that before BioContainers' labels, and a list is one
 * family's as a whole. Licenses are those of all, and a version is one that none disputes; what OCI's and label-schema.org's
 * labels say of a base image is left out. Names stay as the lab writes them; texts are inert and within BOUNDS. Never throws: what
 * cannot be read is a problem, and a restriction that cannot be read lowers sharing to `none` (`listed`: to
 * false).
 *
 * @param behind labels of the image's other levels (index, manifest, configuration; other platforms), by
 * default none, which describe what those before them leave unsaid; their restrictions, claims and licenses
 * hold beside the others'
 */
export function mapLabels(labels: Labels, known: Known, behind: readonly Labels[] = []): LabelFacts {
  const problems: LabelProblem[] = [];
  const report = (label: string, problem: string) => problems.push({ label, problem });
  const levels = [labels, ...behind].map((level) => ({
    level,
    panfed: panfedFacts(level, report),
    bioContainers: bioContainersFacts(level, report),
  }));
  const lists = levels.map(({ panfed, bioContainers }) => [
    panfed.described.frameworks ?? [],
    bioContainers.frameworks ?? [],
  ]);
  const listed = lists.find((each) => each.some((list) => list.length > 0)) ?? [];
  const named = listed.find((list) => list.length > 0)?.map(({ name }) => name);
  const software = { ...known, frameworks: known.frameworks ?? named ?? [] };
  const annotated = levels.map(({ level }) => {
    reportNearKeys(level, report);
    return [OCI_KEYS, LABEL_SCHEMA_KEYS].map((keys) => annotationFacts(keys, level, software, report));
  });
  const families = levels.flatMap(({ panfed, bioContainers }, index) => [
    panfed.described,
    ...(annotated[index] ?? []).map(({ described }) => described),
    bioContainers,
  ]);
  const first = Object.fromEntries(
    Object.entries(NOTHING).map(([field, nothing]) => {
      const values = families.map((family) => family[field as keyof Described]);
      return [field, values.find(isSaid) ?? nothing];
    }),
  ) as unknown as Described;
  // Each family counts by the first level that states one.
  const versions = [0, 1].map(
    (family) =>
      annotated.map((facts) => facts[family]?.version ?? null).find((stated) => stated !== null) ?? null,
  );
  return {
    described: {
      ...first,
      licenses: distinct(families.flatMap(({ licenses }) => licenses ?? [])),
      frameworks: agreedVersions(listed, versions, software),
    },
    restrictions: levels.map(({ panfed }) => panfed.restrictions).reduce(joinRestrictions),
    claims: levels.map(({ panfed }) => panfed.claims).reduce(joinClaims),
    sboms: [...new Set(levels.flatMap(({ panfed }) => panfed.sboms))],
    problems,
  };
}

/** Levels of one image repeat what they say. */
const distinct = (licenses: readonly LabelLicense[]): readonly LabelLicense[] => [
  ...new Map(licenses.map((one) => [JSON.stringify([one.label, one.text]), one])).values(),
];

const READ = new Set([...namesIn(OCI_KEYS, LABEL_SCHEMA_KEYS), ...BIOCONTAINERS_LABELS]);

/** Labels of licenses, whose names are read in any case. */
const LICENSES = new Set([...READ].filter((name) => /\blicen[cs]es?$/.test(name)));

/**
 * Whether a label of this name, as ingest cleans it, is read by one of the families, `io.panfed.*` in any case and
 * spelling: without it the image would be described otherwise, or be less restricted.
 */
export function readsLabel(name: string): boolean {
  const clean = cleanLine(name) ?? '';
  const lower = clean.toLowerCase();
  return READ.has(clean) || LICENSES.has(lower) || lower.startsWith(PANFED) || nearName(clean) !== null;
}

const isSaid = (value: unknown): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
