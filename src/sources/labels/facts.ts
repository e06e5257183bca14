// What an image's labels say, sorted by what may be done with it: described, restricted, or merely claimed.
import type { ConditionKind } from '../../model/license.ts';

/** As in registry.graphql: names as the lab writes them, mapped by the vocabulary later. */
export interface LabelFramework {
  readonly name: string;
  readonly version: string | null;
}

export interface LabelRequirements {
  readonly architectures: readonly string[];
  readonly cpus: number | null;
  /** Bytes. */
  readonly memory: number | null;
  readonly gpu: {
    readonly vendor: string;
    readonly minimumCuda: string | null;
    readonly memory: number | null;
  } | null;
  readonly mpi: string | null;
  readonly engines: readonly string[];
}

/** What describes the image. It fills what the registry left unsaid, and decides nothing. */
export interface Described {
  readonly title: string | null;
  readonly description: string | null;
  readonly documentation: string | null;
  readonly source: string | null;
  readonly created: string | null;
  /** Every statement of the license terms, each once, as text: an SPDX expression or whatever somebody wrote. */
  readonly licenses: readonly string[];
  readonly platforms: readonly string[];
  readonly frameworks: readonly LabelFramework[];
  readonly techniques: readonly string[];
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly requires: LabelRequirements | null;
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
  readonly problems: readonly LabelProblem[];
}
