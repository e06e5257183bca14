// What is found in the labels of each image that a command names.
import { FederationError } from '../../model/errors.ts';
import { createFindings } from '../../registry-server/finding.ts';
import { joinRestrictions, NO_RESTRICTIONS } from '../../sources/labels/restrictions.ts';
import { restrictionsOf } from '../../sources/labels.ts';
import { loadVocabulary } from '../../vocabulary/load.ts';
import { checkLabels } from './check-labels.ts';
import { type LabelSource, Unparsed } from './label-source.ts';
import { type Input, readSources } from './read-source.ts';
import type { Checked } from './report.ts';

/** What is found in each image that is named; a text that is no JSON is a finding as well. Rejects as {@link readSources} does. */
export async function checkedIn(what: string, input: Input): Promise<readonly Checked[]> {
  const file = what === '-' || what.startsWith('oci:') ? null : what;
  try {
    const sources = await readSources(what, input);
    if (sources.length > 0) return sources.map((source) => checkedOf(source, file));
    throw new FederationError('USAGE', 'there is no image', { at: what });
  } catch (error) {
    if (!(error instanceof Unparsed)) throw error;
    const findings = createFindings();
    const { position, message } = error;
    const hint = 'A description is a JSON object: panfed labels init writes one.';
    findings.add('error', 'file', () => ({ position, message: `the file ${message}`, hint }));
    const name = what === '-' ? 'stdin' : what;
    return [{ name, source: null, file, findings, restrictions: NO_RESTRICTIONS }];
  }
}

/** All that is found about the labels of one image; `file`: that it stands in, null for none of a change. */
export function checkedOf(source: LabelSource, file: string | null): Checked {
  const findings = createFindings();
  checkLabels(source, loadVocabulary(), findings);
  const restrictions = source.levels.map(restrictionsOf).reduce(joinRestrictions);
  return { name: source.name, source, file, findings, restrictions };
}
