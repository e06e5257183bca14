// The checks of a registry that is a file: those of `panfed registry check`.
import { basename, resolve } from 'node:path';
import { describeFinding, type Severity } from '../../registry-server/finding.ts';
import { type CheckedCatalog, checkRegistryCatalog } from '../../registry-server/server.ts';
import { numbered } from '../terminal/numbered.ts';
import { type Check, fail, pass, warn } from './check.ts';
import type { Run } from './run.ts';
import type { Target } from './target.ts';

/** Findings that are listed. */
const LISTED = 10;

/**
 * Adds the one check, `catalog`, of the file; a relative path starts at the target's `baseDirectory`. A
 * FederationError of {@link checkRegistryCatalog}, such as CONFIG_INVALID for an ending of the file’s name
 * that is not known, is a check that fails; any other error rejects.
 */
export async function checkCatalogFile(
  { url, configured, baseDirectory, vocabulary }: Target,
  run: Run,
): Promise<void> {
  const path = resolve(baseDirectory, url);
  const facility = configured?.facility.id;
  await run.step(['catalog'], async () => {
    return [
      judgeCatalog(path, await checkRegistryCatalog(path, { facility, vocabulary, signal: run.signal })),
    ];
  });
}

/**
 * The check `catalog`: it fails for errors, which would be quarantined, and warns of warnings, which would be
 * read as less than was meant; at most ten of the worse kind are listed.
 */
export function judgeCatalog(path: string, { images, findings }: CheckedCatalog): Check {
  const counts = { error: findings.count('error'), warning: findings.count('warning') };
  const valid = numbered(images.length, 'image');
  if (counts.error === 0 && counts.warning === 0) return pass('catalog', `${valid}, and nothing to mend`);
  const worst: Severity = counts.error > 0 ? 'error' : 'warning';
  const lines = findings
    .listed()
    .filter(({ severity }) => severity === worst)
    .slice(0, LISTED)
    .map((finding) => {
      const { at, message } = describeFinding(basename(path), finding);
      return `${at}: ${message}`;
    });
  const seen = `${valid}, ${numbered(counts.error, 'error')} and ${numbered(counts.warning, 'warning')}`;
  return (counts.error > 0 ? fail : warn)('catalog', seen, 'panfed registry check lists all. First:', lines);
}
