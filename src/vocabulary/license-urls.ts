// The address of a license → the SPDX expression that it stands for, by the addresses of spdx-license-list and reviewed
// ones. Only addresses of those who publish licenses count: at others, such as a project's file, the text may change.
import type { LicensesFile } from './license-schema.ts';
import { SPDX_ADDRESSES, SPDX_DEPRECATED_IDS, SPDX_IDS } from './spdx.ts';

/** An address without what makes no other license of it: scheme, `www.`, case, a slash at its end, and a format's ending. */
const ADDRESS = /^https?:\/\/(?:www\.)?([a-z0-9.-]+(?:\/[^\s?#]*)?)$/;
const FORMAT = /\.(?:html?|txt|php|md|json)$/;

/**
 * Languages of translations with the region or the script that their publishers write (BCP 47). Others are no language: `de-nc` may
 * mean that the text is for no commercial use.
 */
const REGIONAL =
  'en[-_](?:ca|gb)|es[-_]es|fr[-_]ca|pt[-_](?:br|pt)|sr[-_](?:cyrl|latn)|zh[-_](?:cn|hans|hant|hk|tw)';
const GNU_PAGE = new RegExp(
  `^gnu\\.org/licenses/(?:old-licenses/)?([a-z]+-\\d\\.\\d)(?:-standalone)?(?:\\.(?:[a-z]{2}|${REGIONAL}))?$`,
);
const CREATIVE_COMMONS_PAGE = new RegExp(
  `^(creativecommons\\.org/.*)/(?:legalcode|deed)(?:\\.(?:[a-z]{2,3}|${REGIONAL}))?$`,
);

/**
 * The key of an address, by which the spellings of one are compared; null for a text that is no address, or one with a
 * query or fragment, which may lead anywhere.
 */
export function addressKey(text: string): string | null {
  const plain = ADDRESS.exec(text.trim().toLowerCase())?.[1]?.replace(/\/+$/, '').replace(FORMAT, '');
  if (plain === undefined) return null;
  return (
    plain
      // Translations and forms of one text: gnu.org has gpl-3.0.de and gpl-3.0-standalone, and Creative Commons a summary.
      .replace(GNU_PAGE, 'gnu.org/licenses/$1')
      .replace(CREATIVE_COMMONS_PAGE, '$1')
      .replace(/^opensource\.org\/license\//, 'opensource.org/licenses/')
  );
}

/** Which ids an address can mean, by its key. */
class Addresses {
  readonly ids = new Map<string, Set<string>>();

  add(address: string, id: string): void {
    const key = addressKey(address);
    if (key === null) return;
    const ids = this.ids.get(key) ?? new Set();
    this.ids.set(key, ids.add(id));
  }
}

/**
 * The one id of an address. Several are one license where they differ in which versions are meant, or in what is
 * invariant: then the address, which has the version, means what the name with a version alone means (GPL-3.0). Else null.
 */
function idOf(key: string, ids: ReadonlySet<string>, scoped: readonly string[]): string | null {
  const [only] = ids;
  if (only !== undefined && ids.size === 1) return only;
  const base = scoped.find((id) => ids.has(id) || ids.has(`${id}-only`));
  if (base === undefined || !/\d\.\d/.test(key)) return null;
  const same = [...ids].every((id) => id === base || id === `${base}+` || id.startsWith(`${base}-`));
  return same ? base : null;
}

/**
 * The lookup of addresses. `expressionOf`: the expression of an id, null where it has none. An address with several
 * meanings has none, unless it was reviewed.
 */
export function indexLicenseAddresses(
  file: Pick<LicensesFile, 'publishers' | 'addresses' | 'families'>,
  expressionOf: (id: string) => string | null,
): (text: string) => string | null {
  const scoped = file.families
    .filter((family) => family.scoped)
    .flatMap(({ id, versions }) => versions.map((version) => `${id}-${version}`));
  const listed = new Addresses();
  for (const id of [...SPDX_IDS, ...SPDX_DEPRECATED_IDS]) listed.add(`https://spdx.org/licenses/${id}`, id);
  for (const { id, url, osiApproved } of SPDX_ADDRESSES) {
    listed.add(`https://spdx.org/licenses/${id}`, id);
    // An exception's own address is none of the license that it is for.
    if (!/-with-/.test(id)) listed.add(url, id);
    if (!osiApproved) continue;
    listed.add(`https://opensource.org/licenses/${id}`, id);
    listed.add(`https://opensource.org/licenses/${id.replaceAll('.', '-')}`, id);
  }
  const meanings = new Map<string, string>();
  for (const [key, ids] of listed.ids) {
    if (!file.publishers.some((publisher) => key.startsWith(publisher))) continue;
    const id = idOf(key, ids, scoped);
    const expression = id === null ? null : expressionOf(id);
    if (expression !== null) meanings.set(key, expression);
  }
  for (const [expression, addresses] of Object.entries(file.addresses)) {
    for (const address of addresses) meanings.set(addressKey(address) ?? '', expression);
  }
  return (text) => {
    const key = addressKey(text);
    return key === null ? null : (meanings.get(key) ?? null);
  };
}
