// The pre-defined annotation keys of the OCI image specification: org.opencontainers.image.*.
import { BOUNDS } from '../../model/bounds.ts';
import { type Family, firstOf, type Labels, type Report } from './family.ts';
import { readLicense, readText, readTime, readUrl } from './read.ts';

const OCI = 'org.opencontainers.image.';

/** `url`, where to find more about the image, stands in for a documentation that is not given. */
export const ociFacts: Family = (labels, report) => ({
  title: firstOf(labels, [`${OCI}title`], (value) => readText(value, BOUNDS.title), report),
  description: firstOf(labels, [`${OCI}description`], (value) => readText(value, BOUNDS.description), report),
  documentation: firstOf(labels, [`${OCI}documentation`, `${OCI}url`], readUrl, report),
  source: firstOf(labels, [`${OCI}source`], readUrl, report),
  created: firstOf(labels, [`${OCI}created`], readTime, report),
  license: firstOf(labels, [`${OCI}licenses`], readLicense, report),
});

/** The version of the packaged software, which OCI does not name. */
export function ociVersion(labels: Labels, report: Report): string | null {
  return firstOf(labels, [`${OCI}version`], (value) => readText(value, BOUNDS.version), report);
}
