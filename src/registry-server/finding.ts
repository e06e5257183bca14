// The findings of a catalog's check: each with its place, what is wrong and what to write. At most twenty of each field
// and severity are listed, and all are counted.
import { describeProblem, type Problem } from '../config/problem.ts';

export type Severity = 'error' | 'warning';

/**
 * An error: the gateway quarantines the image, or nothing can be served. A warning: the gateway reads less than was
 * meant.
 */
export interface Finding extends Problem {
  readonly severity: Severity;
  /** The field of the image; `file`, `line` or `image` if the finding is about the whole. */
  readonly field: string;
}

/** A finding as it is printed: `at` is `catalog.yaml:12:3`, or the file if there is no position. */
export interface DescribedFinding {
  readonly severity: Severity;
  readonly field: string;
  readonly at: string;
  readonly message: string;
  readonly hint: string | null;
}

/** Maximum number of findings of one field and severity that are listed. */
const MAX_OF_A_FIELD = 20;

export interface Findings {
  /**
   * Adds a finding. `describe` is called once, and only when the findings are listed: finding positions and nearest
   * names takes time.
   */
  add(severity: Severity, field: string, describe: () => Problem): void;
  /** The listed findings, in the order of the file; those without a position are first. */
  listed(): readonly Finding[];
  /** The number of findings, with those that are not listed. */
  count(severity: Severity): number;
  /** The number of findings of each field and severity that are not listed, if there are any. */
  unlisted(): readonly { readonly severity: Severity; readonly field: string; readonly count: number }[];
}

/**
 * An empty collection of findings. It counts all, and lists at most 20 for each severity and field, in the order of the
 * file.
 */
export function createFindings(): Findings {
  interface Group {
    readonly severity: Severity;
    readonly field: string;
    count: number;
    readonly listed: (() => Finding)[];
  }
  const groups = new Map<string, Group>();
  return {
    add(severity, field, describe) {
      const key = `${severity} ${field}`;
      const group = groups.get(key) ?? { severity, field, count: 0, listed: [] };
      groups.set(key, group);
      group.count += 1;
      if (group.listed.length < MAX_OF_A_FIELD)
        group.listed.push(once(() => ({ severity, field, ...describe() })));
    },
    listed: () => inOrder([...groups.values()].flatMap(({ listed }) => listed.map((finding) => finding()))),
    count: (severity) =>
      [...groups.values()].reduce((sum, group) => sum + (group.severity === severity ? group.count : 0), 0),
    unlisted: () =>
      [...groups.values()]
        .map(({ severity, field, count, listed }) => ({ severity, field, count: count - listed.length }))
        .filter(({ count }) => count > 0),
  };
}

function once(make: () => Finding): () => Finding {
  let made: Finding | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A finding in the form that is printed; `file` is the catalog's path. */
export function describeFinding(file: string, finding: Finding): DescribedFinding {
  const { severity, field } = finding;
  return { severity, field, ...describeProblem(file, finding) };
}

/** Findings without a position are first, in the order in which they were found. */
function inOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    ({ position: a }, { position: b }) =>
      (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0),
  );
}
