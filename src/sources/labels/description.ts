// A description: what labels say of an image in the form of `io.panfed.image`, and the labels that say it.
import { inertJson } from '../../model/inert.ts';
import type { LabelFacts } from './facts.ts';
import type { Labels } from './family.ts';
import { OCI_KEYS } from './oci.ts';
import { IMAGE_LABEL } from './panfed.ts';

/** The value of `io.panfed.image`: a JSON object by `descriptionSchema`, without what is not said. */
export type Description = Readonly<Record<string, unknown>>;

/**
 * The description of the facts, which reads as the same facts; requirements in which nothing is said are left out. Several texts of a
 * license become the first of them: one label states one.
 */
export function descriptionOf({ described, restrictions, claims, sboms }: LabelFacts): Description {
  const { licenses, ...fields } = described;
  return withoutUnsaid({
    ...fields,
    license: licenses[0]?.text ?? null,
    conditions: restrictions.conditions,
    sharing: restrictions.sharing,
    listed: restrictions.listed ? null : false,
    signed: claims.signed || null,
    signers: claims.signers,
    sbom: sboms[0] ?? null,
  });
}

/** Without null, empty lists and objects in which nothing is said, at any depth. */
function withoutUnsaid(value: object): Description {
  const entries = Object.entries(value)
    .map(([name, inner]) => [name, saidIn(inner)] as const)
    .filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries);
}

function saidIn(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(saidIn);
  if (typeof value !== 'object') return value;
  const inner = withoutUnsaid(value as object);
  return Object.keys(inner).length === 0 ? undefined : inner;
}

/** The description as the value of `io.panfed.image`: JSON on one line, in which what is active is an escape. */
export const descriptionText = (description: Description): string => inertJson(JSON.stringify(description));

/** Fields that OCI's annotation keys have too: a base image's would stand beside the description else. */
const OCI_FIELDS = ['title', 'description', 'documentation', 'source'] as const;

/**
 * Labels that say what the description does: `io.panfed.image` with all of it, then OCI's own with what other tools read, in
 * place of those that `FROM` would inherit. They read as the same facts, the license twice.
 */
export function labelsOf(description: Description): Labels {
  const labels: Record<string, string> = { [IMAGE_LABEL]: descriptionText(description) };
  const also = (key: string | undefined, value: unknown): void => {
    if (key !== undefined && typeof value === 'string') labels[key] = value;
  };
  for (const field of OCI_FIELDS) also(OCI_KEYS[field][0], description[field]);
  also(OCI_KEYS.licenses[0], description.license);
  return labels;
}
