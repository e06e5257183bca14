// License URLs, as codemeta.json and labels have them → ids of the SPDX License List: those of the list itself, and of the hosts
// whose paths name a license.
import { SPDX_LICENSES } from './spdx.ts';

export interface LicenseUrls {
  /** The id, or a name of `names`, of the license that the URL is of; null: it is of none, or of several. */
  id(url: string): string | null;
}

/** Characters of a URL that is read. */
const LONGEST = 256;

/** `spdx.org/licenses/MIT`, and OSI's pages as they are named now and were before. */
const NAMING = /^(?:spdx\.org\/licenses|opensource\.org\/licenses?)\/([a-z0-9.+-]+)$/;
const CREATIVE_COMMONS =
  /^creativecommons\.org\/licenses\/(by(?:-nc)?(?:-nd|-sa)?)\/([1-4]\.[05])(?:\/(?:legalcode|deed)(?:\.[a-z]{2})?)?$/;
const CC0 = /^creativecommons\.org\/publicdomain\/zero\/1\.0(?:\/(?:legalcode|deed)(?:\.[a-z]{2})?)?$/;

/**
 * The lookup of license URLs (http or https, with or without `www.`, a slash, `.html` or `.txt` at the end): what SPDX's list has for
 * one license alone. One that it has for the license of a version, `-only` and `-or-later`, says that version: `-only`. A URL with a
 * query is none.
 */
export function indexLicenseUrls(): LicenseUrls {
  const owners = new Map<string, Set<string>>();
  for (const { id, url } of SPDX_LICENSES) {
    const key = url === null ? null : urlKey(url);
    if (key !== null) owners.set(key, (owners.get(key) ?? new Set()).add(id));
  }
  return {
    id(url) {
      const key = urlKey(url);
      if (key === null) return null;
      const named = NAMING.exec(key)?.[1];
      if (named !== undefined) return named;
      const [, creative, version] = CREATIVE_COMMONS.exec(key) ?? [];
      if (creative !== undefined) return `CC-${creative}-${version}`;
      return CC0.test(key) ? 'CC0-1.0' : onlyOne(owners.get(key));
    },
  };
}

/** null: it is no URL. */
function urlKey(text: string): string | null {
  if (text.length > LONGEST) return null;
  const [, rest] = /^https?:\/\/(?:www\.)?([^\s?#]+)(?:#\S*)?$/i.exec(text.trim()) ?? [];
  return (
    rest
      ?.toLowerCase()
      .replace(/\/+$/, '')
      .replace(/\.(?:html?|txt|php|json|jsonld)$/, '')
      .replace(/(?:-standalone|\.en)$/, '') ?? null
  );
}

function onlyOne(ids: ReadonlySet<string> | undefined): string | null {
  const [one, other, ...more] = [...(ids ?? [])].sort();
  if (one === undefined || more.length > 0) return null;
  if (other === undefined) return one;
  const version = one.replace(/-only$/, '');
  return one !== version && other === `${version}-or-later` ? one : null;
}
