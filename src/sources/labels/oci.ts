// The pre-defined annotation keys of the OCI image specification: org.opencontainers.image.*.
import { nearest } from '../../model/nearest.ts';
import { type AnnotationKeys, namesIn } from './annotations.ts';
import type { Labels, Report } from './family.ts';

const OCI = 'org.opencontainers.image.';
const key = (...names: readonly string[]): readonly string[] => names.map((name) => `${OCI}${name}`);

/** Spellings of `licenses` that are no key of OCI's, and that say what it says. */
const LICENSES = ['license', 'licence', 'licences'];

/**
 * The keys that are read. `url`, where to find more about the image, stands in for a documentation that is not given.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys
 */
export const OCI_KEYS: AnnotationKeys = {
  title: key('title'),
  description: key('description'),
  documentation: key('documentation', 'url'),
  source: key('source'),
  created: key('created'),
  licenses: key('licenses', ...LICENSES),
  version: key('version'),
  refName: key('ref.name'),
  baseName: key('base.name'),
};

/** All pre-defined keys. */
const DEFINED: ReadonlySet<string> = new Set([
  ...namesIn(OCI_KEYS).filter((name) => !LICENSES.includes(name.slice(OCI.length))),
  ...key('authors', 'revision', 'vendor', 'base.digest'),
]);

/** Characters of a key that are compared. */
const MAX_KEY = 64;

/** Reports each label that is nearly one of OCI's keys: one that means `licenses` is read, and another is not. */
export function reportNearKeys(labels: Labels, report: Report): void {
  for (const name of Object.keys(labels)) {
    if (!name.toLowerCase().startsWith(OCI) || DEFINED.has(name)) continue;
    const own = name.slice(OCI.length);
    if (own !== 'licenses' && ['licenses', ...LICENSES].includes(own.toLowerCase()))
      report(name, `is no key of OCI, and is read as ${OCI}licenses`);
    else if (own.length <= MAX_KEY) {
      const [near] = nearest(
        own,
        [...DEFINED].map((defined) => defined.slice(OCI.length)),
      );
      if (near !== undefined) report(name, `is no key of OCI, and is not read: it may mean ${OCI}${near}`);
    }
  }
}
