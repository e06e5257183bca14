// How an answer came about, for people, on stderr: its notices, warnings, and the registries that did not answer.
import type { RegistryOutcomeFragment } from '../../graphql/generated/operations.ts';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import { ageText } from '../terminal/measures.ts';
import type { Output } from '../terminal/output.ts';
import { withFlags } from './flag-words.ts';

/** The outcome of one registry, with its facility. */
export type OutcomeResponse = RegistryOutcomeFragment & { readonly facility: { readonly id: string } };

export interface NoticeResponse {
  readonly code: string;
  readonly message: string;
  readonly suggestions: readonly string[];
}

export interface Outcome {
  readonly notices: readonly NoticeResponse[];
  readonly warnings: readonly string[];
  readonly sources: readonly OutcomeResponse[];
}

/** Writes notices, each with what it suggests, warnings, and registries that did not answer; texts are inert. */
export function tellOutcome(
  { notices, warnings, sources }: Outcome,
  output: Output,
  suggest: (notice: NoticeResponse) => string = nearText,
): void {
  for (const notice of notices) {
    const said = withFlags(inert(notice.message + suggest(notice)));
    output.message(`${output.style('yellow', `notice ${inert(notice.code)}:`, 'message')} ${said}\n`);
  }
  for (const warning of warnings) {
    output.message(`${output.style('yellow', 'warning:', 'message')} ${inert(warning)}\n`);
  }
  for (const outcome of sources) tellSource(outcome, output);
}

/** ` Did you mean a, b?`, or nothing. */
export const nearText = ({ suggestions }: NoticeResponse): string =>
  suggestions.length > 0 ? ` Did you mean ${suggestions.join(', ')}?` : '';

function tellSource({ facility, registry, status, age, error }: OutcomeResponse, output: Output): void {
  if (status === 'OK' || status === 'SKIPPED') return;
  const why = error === null ? '' : ` (${error.code}: ${error.message})`;
  const style = status === 'STALE' || status === 'PARTIAL' ? 'yellow' : 'red';
  const name = output.style(style, `${status} ${inert(`${facility.id}/${registry}`)}`, 'message');
  output.message(`${name} ${consequence(status, age)}${inert(why)}\n`);
}

function consequence(status: OutcomeResponse['status'], age: OutcomeResponse['age']): string {
  if (status === 'STALE') return `answers from ${ageText(age)} ago`;
  return status === 'PARTIAL' ? 'answers with some of its images' : 'is missing from this answer';
}

/**
 * Throws SOURCE_UNAVAILABLE unless at least one registry that was asked is OK, STALE or PARTIAL, or none was asked.
 */
export function requireAnswer(sources: readonly OutcomeResponse[]): void {
  const asked = sources.filter(({ status }) => status !== 'SKIPPED');
  const answered = ({ status }: OutcomeResponse): boolean =>
    status === 'OK' || status === 'STALE' || status === 'PARTIAL';
  if (asked.length === 0 || asked.some(answered)) return;
  throw new FederationError('SOURCE_UNAVAILABLE', 'no registry answered', { hint: 'See: panfed facilities' });
}
