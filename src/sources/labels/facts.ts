// What an image's labels say, sorted by what may be done with it: described, restricted, or merely claimed.
import type { Field, StatedFramework, StatedValue } from '../../model/field.ts';
import type { DESCRIPTIVE_FIELDS, LabelledField } from '../../model/image-fields.ts';
import type { ConditionKind } from '../../model/license.ts';

/** A field as labels describe it: a list that they do not state is empty. */
type LabelValue<F extends Field> = F extends { readonly kind: 'frameworks' }
  ? readonly StatedFramework[]
  : F extends { readonly kind: 'names' | 'terms' }
    ? readonly string[]
    : StatedValue<F>;

/** What describes the image. It fills what the registry left unsaid, and decides nothing. */
export type Described = {
  readonly [F in LabelledField]: LabelValue<(typeof DESCRIPTIVE_FIELDS)[F]>;
} & {
  /** Every statement of the license terms, each text of a label once. */
  readonly licenses: readonly LabelLicense[];
};

/** A text that states the license terms, an SPDX expression or whatever somebody wrote, and the name of its label. */
export interface LabelLicense {
  readonly label: string;
  readonly text: string;
}

/** A condition in a label; its groups are as written, not yet canonical. */
export interface LabelCondition {
  readonly kind: ConditionKind;
  readonly groups: readonly string[];
  readonly facilities: readonly string[];
  readonly servers: readonly string[];
}

/** What a label may do to access: only lower it. There is no value here that opens anything. */
export interface Restrictions {
  readonly conditions: readonly LabelCondition[];
  /** false: the image is not listed to those who may not have it. true: the labels say nothing of it. */
  readonly listed: boolean;
  /** The most that sharing may be; null: the labels do not lower it. */
  readonly sharing: 'conditional' | 'none' | null;
}

/** What someone says of signatures: at most trust `claimed`. */
export interface Claims {
  readonly signed: boolean;
  readonly signers: readonly string[];
}

/** A label that could not be read. If it was a restriction, `restrictions` is already the stricter for it. */
export interface LabelProblem {
  readonly label: string;
  readonly problem: string;
}

export interface LabelFacts {
  readonly described: Described;
  readonly restrictions: Restrictions;
  readonly claims: Claims;
  /** Digests of manifests that are said to have an SBOM of the image, unproven. */
  readonly sboms: readonly string[];
  readonly problems: readonly LabelProblem[];
}
