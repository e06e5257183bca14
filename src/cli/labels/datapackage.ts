// A description as a Frictionless Data Package, valid by version 2 and by version 1 of its schema.
// https://datapackage.org/standard/data-package/
import {
  accessTexts,
  createdAt,
  type DescribedImage,
  formatsOf,
  licenseOf,
  techniquesOf,
  titleOf,
} from './described-image.ts';

const PROFILE = 'https://datapackage.org/profiles/2.0/datapackage.json';
/** Characters of a name. */
const MAX_NAME = 100;

/**
 * The descriptor of a package whose one resource is the description itself, so that nothing is lost; titles, addresses, license and
 * keywords are also in the standard's own words.
 */
export function dataPackage(image: DescribedImage): Readonly<Record<string, unknown>> {
  const { description, documentation, source, frameworks } = image.facts.described;
  const title = titleOf(image);
  const created = createdAt(image);
  const homepage = documentation ?? source;
  const keywords = keywordsOf(image);
  const license = licenseOf(image);
  const [only, ...others] = frameworks;
  const access = accessTexts(image);
  return {
    $schema: PROFILE,
    profile: 'data-package',
    name: nameOf(title ?? 'image'),
    ...(title !== null && { title }),
    ...(description !== null && { description }),
    ...(others.length === 0 && only?.version && { version: only.version }),
    ...(created !== null && { created }),
    ...(homepage !== null && { homepage: new URL(homepage).href }),
    ...(license !== null && { licenses: [licenseEntry(license)] }),
    ...(keywords.length > 0 && { keywords }),
    ...(source !== null && { sources: [sourceEntry(source)] }),
    resources: [
      {
        name: 'image',
        title: 'What the image is, reads and writes (io.panfed.image)',
        ...(access.length > 0 && { description: `Access is restricted: ${access.join('; ')}` }),
        format: 'json',
        mediatype: 'application/json',
        data: image.description,
      },
    ],
  };
}

/** By version 1 a name has small letters, digits and some signs. */
function nameOf(title: string): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .slice(0, MAX_NAME)
    .replaceAll(/^[-._]+|[-._]+$/g, '');
  return plain === '' ? 'image' : plain;
}

function keywordsOf(image: DescribedImage): readonly string[] {
  const { facts, vocabulary } = image;
  const { frameworks, reads, writes } = facts.described;
  return [
    ...new Set([
      ...frameworks.map(({ name }) => name),
      ...techniquesOf(image).map(({ name }) => name),
      ...formatsOf([...reads, ...writes], vocabulary),
    ]),
  ];
}

/** A name has no blanks there: an expression is a title beside the address of the list. */
function licenseEntry({ name, url }: { readonly name: string; readonly url: string | null }) {
  if (url !== null) return { name, path: `${url}.html`, title: name };
  return { path: 'https://spdx.org/licenses/', title: name };
}

/** By version 1 an address in a path has no two dots behind one another. */
function sourceEntry(source: string) {
  const { href } = new URL(source);
  return { title: source, ...(!href.includes('..') && { path: href }) };
}
