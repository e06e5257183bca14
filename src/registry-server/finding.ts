// What a check of a catalog found: each thing with its place, what is wrong and what to write. However many there are, a
// few of each field are listed, and all are counted.
import { type Problem, tellProblem } from '../config/problem.ts';

export type Severity = 'error' | 'warning';

/** An error: the gateway quarantines the image, or nothing can be served. A warning: it reads it, as less than was meant. */
export interface Finding extends Problem {
  readonly severity: Severity;
  /** The field of an image that it is about; `file`, `line` or `image` for what is about the whole. */
  readonly field: string;
}

/** A finding as it leaves the process: `at` is `catalog.yaml:12:3`, or the file where there is no place. */
export interface DescribedFinding {
  readonly severity: Severity;
  readonly field: string;
  readonly at: string;
  readonly message: string;
  readonly hint: string | null;
}

/** How many of one field and severity are listed. */
const MOST_OF_A_FIELD = 20;

export interface Findings {
  /** `describe` is called for what is listed: places and nearest names take time. */
  add(severity: Severity, field: string, describe: () => Problem): void;
  /** In the order of the file. */
  listed(): readonly Finding[];
  count(severity: Severity): number;
  /** Findings of a field and severity beyond those that are listed. */
  unlisted(): readonly { readonly severity: Severity; readonly field: string; readonly count: number }[];
}

export function createFindings(): Findings {
  const groups = new Map<string, { severity: Severity; field: string; count: number; listed: Finding[] }>();
  return {
    add(severity, field, describe) {
      const key = `${severity} ${field}`;
      const group = groups.get(key) ?? { severity, field, count: 0, listed: [] };
      groups.set(key, group);
      group.count += 1;
      if (group.listed.length < MOST_OF_A_FIELD) group.listed.push({ severity, field, ...describe() });
    },
    listed: () => inOrder([...groups.values()].flatMap(({ listed }) => listed)),
    count: (severity) =>
      [...groups.values()].reduce((sum, group) => sum + (group.severity === severity ? group.count : 0), 0),
    unlisted: () =>
      [...groups.values()]
        .map(({ severity, field, count, listed }) => ({ severity, field, count: count - listed.length }))
        .filter(({ count }) => count > 0),
  };
}

export function describeFinding(file: string, finding: Finding): DescribedFinding {
  const { severity, field } = finding;
  return { severity, field, ...tellProblem(file, finding) };
}

/** Findings without a place come in the order in which they were found. */
function inOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    ({ position: a }, { position: b }) =>
      (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0),
  );
}
