// The label mapper: what an image's labels say, in the words of the record, for whatever the registry left unsaid.
import { bioContainersFacts } from './labels/biocontainers.ts';
import type { Described, LabelFacts, LabelProblem } from './labels/facts.ts';
import type { Labels } from './labels/family.ts';
import { ociFacts, ociVersion } from './labels/oci.ts';
import { panfedFacts } from './labels/panfed.ts';

export type {
  Claims,
  Described,
  LabelCondition,
  LabelFacts,
  LabelFramework,
  LabelProblem,
  LabelRequirements,
  Restrictions,
} from './labels/facts.ts';

const NOTHING: Described = {
  title: null,
  description: null,
  documentation: null,
  source: null,
  created: null,
  license: null,
  platforms: [],
  frameworks: [],
  techniques: [],
  reads: [],
  writes: [],
  requires: null,
};

/**
 * Reads all families of labels; where several describe the same field, `io.panfed.*` goes before
 * `org.opencontainers.image.*`, and that before BioContainers' labels, and a list is one family's as a whole. Names stay
 * as the lab writes them; texts are inert and within BOUNDS. Never throws: what cannot be read is a problem, and a
 * restriction that cannot be read lowers sharing to `none` (`listed`: to false).
 */
export function mapLabels(labels: Labels): LabelFacts {
  const problems: LabelProblem[] = [];
  const report = (label: string, problem: string) => problems.push({ label, problem });
  const panfed = panfedFacts(labels, report);
  const families = [panfed.described, ociFacts(labels, report), bioContainersFacts(labels, report)];
  const described: Record<string, unknown> = {};
  for (const field of Object.keys(NOTHING) as (keyof Described)[]) {
    described[field] = families.map((family) => family[field]).find(isSaid) ?? NOTHING[field];
  }
  const version = ociVersion(labels, report);
  return {
    described: withVersion(described as unknown as Described, version),
    restrictions: panfed.restrictions,
    claims: panfed.claims,
    problems,
  };
}

const isSaid = (value: unknown): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);

/** OCI's version is that of the one framework that has none of its own. */
function withVersion(described: Described, version: string | null): Described {
  const [only, ...others] = described.frameworks;
  if (only === undefined || others.length > 0 || only.version !== null || version === null) return described;
  return { ...described, frameworks: [{ ...only, version }] };
}
