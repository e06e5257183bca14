// Finds answers that the gateway would refuse: it accepts only a complete decision in which execute implies pull and
// pull implies discover, with reasons that have a text. Any other answer denies everything.

import { PREFERENCE } from '../../policy/bundle/manifest.ts';
import { judgeDecision, parseIndexes } from '../../policy/decisions/answer.ts';
import { REFUSED_ANSWER } from '../checks/all.ts';
import type { Opa } from '../opa/opa.ts';
import type { PolicyOwner } from '../source/owner.ts';
import type { PolicyProblem } from '../source/problem.ts';
import { shownPath } from '../source/syntax.ts';
import type { AskCompiled, CompiledAnswers } from './compiled-answers.ts';
import { tracePolicy } from './trace.ts';
import { variedInputs } from './varied-inputs.ts';

/**
 * The faults of the compiled policy's answers to these inputs (JSON), by input; empty if there is none. A missing answer
 * counts only if `total` (false by default) says that the inputs are complete: a test may use an input without a
 * decision. An evaluation that takes too long is not a fault here. Never throws.
 */
export function refusedAnswers(
  owner: PolicyOwner,
  inputs: readonly string[],
  { answers, codes }: CompiledAnswers,
  { total = false } = {},
): ReadonlyMap<string, string> {
  const refused = new Map<string, string>();
  for (const [index, input] of inputs.entries()) {
    const answer = answers[index];
    if (answer === undefined) continue;
    const fault = typeof answer === 'string' ? faultOf(owner, answer, input, codes) : null;
    if (fault !== null) refused.set(input, fault);
    else if (total && typeof answer !== 'string' && answer.failure === 'undefined')
      refused.set(input, 'there is no decision');
  }
  return refused;
}

function faultOf(owner: PolicyOwner, json: string, input: string, known: ReadonlySet<string>): string | null {
  if (owner.name === PREFERENCE) {
    const { values } = JSON.parse(input) as { readonly values?: readonly unknown[] };
    return parseIndexes(json, values?.length ?? 0) === null
      ? 'it is not an ascending list of indexes of values'
      : null;
  }
  const judged = judgeDecision(json);
  if ('fault' in judged) return judged.fault;
  const unknown = judged.decision.reasons.find(({ code }) => !known.has(code));
  return unknown === undefined ? null : `the reason ${unknown.code} has no text in the policy's annotations`;
}

/**
 * Faults of the answers to a spread of inputs that the gateway would refuse: one problem for each fault, at the
 * decision's rule, with the number of inputs and the first of them. Empty where no answer is refused, and for the
 * preference policy, which is not asked. Rejects as `ask` does.
 */
export async function refusedBySpread(
  opa: Opa,
  owner: PolicyOwner,
  ask: AskCompiled,
): Promise<readonly PolicyProblem[]> {
  if (owner.name === PREFERENCE) return [];
  const inputs = variedInputs(owner);
  const refused = refusedAnswers(owner, inputs, await ask(inputs), { total: true });
  const problems: PolicyProblem[] = [];
  for (const [fault, cases] of grouped(refused)) {
    const [first = ''] = cases;
    problems.push({
      ...{ check: REFUSED_ANSWER.name, severity: REFUSED_ANSWER.severity },
      ...(await answeringRule(opa, owner, first)),
      message: `the gateway refuses the answer to ${cases.length} of ${inputs.length} usual inputs, and denies everything for them: ${fault}`,
      hint: `the first is ${described(first)}`,
    });
  }
  return problems;
}

/** The rule that answered this input, otherwise the first one for decisions; the folder if OPA's trace has none. */
async function answeringRule(
  opa: Opa,
  owner: PolicyOwner,
  input: string,
): Promise<Pick<PolicyProblem, 'file' | 'line' | 'column'>> {
  const { rules } = await tracePolicy(opa, owner, input).catch(() => ({ rules: [] }));
  const deciding = rules.filter(({ rule }) => /^(?:default\s+)?decision\b/.test(rule));
  const rule = deciding.find(({ held }) => held) ?? deciding[0];
  return rule === undefined
    ? { file: shownPath(owner.folder), line: null, column: null }
    : { file: rule.file, line: rule.line, column: null };
}

function grouped(refused: ReadonlyMap<string, string>): Map<string, string[]> {
  const byFault = new Map<string, string[]>();
  for (const [input, fault] of refused) byFault.set(fault, [...(byFault.get(fault) ?? []), input]);
  return byFault;
}

/** A description of an input, on one line. */
function described(input: string): string {
  const { record, subject, request } = JSON.parse(input) as {
    record: { sharing: string; trust: { state: string }; license: { state: string } };
    subject: { authenticated: boolean; academic: boolean | null };
    request: { at: { facility: string } | null };
  };
  const who = subject.authenticated
    ? `somebody who signed in (academic: ${subject.academic})`
    : 'nobody in particular';
  const where = request.at === null ? 'at no place' : `at ${request.at.facility}`;
  return `${who} ${where}, of an image with sharing ${record.sharing}, license ${record.license.state}, trust ${record.trust.state}`;
}
