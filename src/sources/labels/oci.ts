// The pre-defined annotation keys of the OCI image specification: org.opencontainers.image.*.
import { BOUNDS } from '../../model/bounds.ts';
import type { Described } from './facts.ts';
import { firstOf, type Labels, type Report } from './family.ts';
import { inherited, type Software } from './inherited.ts';
import { readLicense, readText, readTime, readUrl } from './read.ts';

const OCI = 'org.opencontainers.image.';

/** The labels that are read. */
export const OCI_LABELS: readonly string[] = [
  ...['title', 'description', 'documentation', 'url', 'source', 'created', 'licenses', 'version'],
  ...['ref.name', 'base.name'],
].map((name) => `${OCI}${name}`);

export interface OciFacts {
  readonly described: Partial<Described>;
  /** The version of the packaged software, which OCI does not name. */
  readonly version: string | null;
}

/**
 * What they say of this image: what is a base image's is left out, save the license, which can only make the
 * terms stricter beside another. `url`, where to find more about the image, stands in for a documentation
 * that is not given. What they do not say is null or left out, and what cannot be read is reported. Never
 * throws.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys
 */
export function ociFacts(labels: Labels, software: Software, report: Report): OciFacts {
  const title = firstOf(labels, [`${OCI}title`], (value) => readText(value, BOUNDS.title), report);
  const license = firstOf(labels, [`${OCI}licenses`], readLicense, report);
  const licenses = license === null ? [] : [license];
  const nameIn = (label: string) =>
    firstOf(labels, [`${OCI}${label}`], (value) => readText(value, BOUNDS.url), report);
  const theirs = inherited({ refName: nameIn('ref.name'), title, baseName: nameIn('base.name') }, software);
  if (theirs === 'all') return { described: { licenses }, version: null };

  const version = firstOf(labels, [`${OCI}version`], (value) => readText(value, BOUNDS.version), report);
  return {
    described: {
      title,
      description: firstOf(
        labels,
        [`${OCI}description`],
        (value) => readText(value, BOUNDS.description),
        report,
      ),
      documentation: firstOf(labels, [`${OCI}documentation`, `${OCI}url`], readUrl, report),
      source: firstOf(labels, [`${OCI}source`], readUrl, report),
      created: firstOf(labels, [`${OCI}created`], readTime, report),
      licenses,
    },
    version: theirs === 'version' ? null : version,
  };
}
