// `# panfed:allow <check> <reason>`, on a line or above it: the author knows the finding there and says why it is right.
import { didYouMean } from '../../model/nearest.ts';
import type { PolicyProblem } from '../source/problem.ts';
import { type Comment, type PolicyModule, problemAt } from '../source/syntax.ts';
import { ALLOW_COMMENT, CHECK_KINDS, UNUSED_ALLOW } from './all.ts';
import { problemOf } from './check.ts';

/**
 * The problems that no comment allows, in their order, then those of such comments themselves: malformed ones, and ones
 * that allow nothing that was found.
 */
export function withoutAllowed(
  problems: readonly PolicyProblem[],
  modules: readonly PolicyModule[],
): PolicyProblem[] {
  const comments = modules.flatMap((module) => allowances(module));
  const wrong = comments.flatMap(({ problem }) => (problem === null ? [] : [problem]));
  const good = comments.filter(({ problem }) => problem === null);
  const covers = (allow: Allowance, { check, file, line }: PolicyProblem) =>
    allow.check === check && allow.module.file === file && allow.line === line;
  const unused = good
    .filter((allow) => !problems.some((problem) => covers(allow, problem)))
    .map(({ module, comment, check }) =>
      problemOf(
        UNUSED_ALLOW,
        problemAt(module, comment.location, `${check} finds nothing here`, 'remove the comment'),
      ),
    );
  const left = problems.filter((problem) => !good.some((allow) => covers(allow, problem)));
  return [...left, ...wrong, ...unused];
}

interface Allowance {
  readonly module: PolicyModule;
  readonly comment: Comment;
  readonly check: string;
  /** The line that it applies to. */
  readonly line: number;
  /** The problem of the comment itself, which allows nothing then. */
  readonly problem: PolicyProblem | null;
}

const ALLOW = /^\s*panfed:allow(?:\s+(?<check>\S+))?(?:\s+(?<reason>\S.*))?\s*$/;

function allowances(module: PolicyModule): Allowance[] {
  return module.comments.flatMap((comment) => {
    const allow = ALLOW.exec(comment.text)?.groups;
    if (allow === undefined) return [];
    const check = allow.check ?? '';
    const mistake = mistakeOf(check, allow.reason);
    const problem = mistake && problemOf(ALLOW_COMMENT, problemAt(module, comment.location, ...mistake));
    return [{ module, comment, check, line: lineOf(comment, module), problem }];
  });
}

function mistakeOf(check: string, reason: string | undefined): readonly [string, string] | null {
  const kind = CHECK_KINDS.find(({ name }) => name === check);
  const switchable = CHECK_KINDS.filter(({ canBeAllowed }) => canBeAllowed).map(({ name }) => name);
  if (kind === undefined) {
    return [
      check === '' ? 'the comment does not name a check' : `there is no check ${check}`,
      didYouMean(check, switchable) ?? `These can be switched off: ${switchable.join(', ')}`,
    ];
  }
  if (!kind.canBeAllowed)
    return [`${check} cannot be switched off`, `only these can: ${switchable.join(', ')}`];
  if (reason === undefined) {
    return [`${check} is switched off without a reason`, `write why: # panfed:allow ${check} <reason>`];
  }
  return null;
}

/** Its own line if there is code on it, otherwise the first line below that is not a comment. */
function lineOf({ location }: Comment, module: PolicyModule): number {
  const alone = new Set(module.comments.filter((each) => each.alone).map((each) => each.location.row));
  let line = location.row;
  while (alone.has(line)) line += 1;
  return line;
}
