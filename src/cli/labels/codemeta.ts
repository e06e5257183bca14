// A description as CodeMeta 3.0: JSON-LD in the words of schema.org.
// https://codemeta.github.io/terms/
import {
  accessTexts,
  createdAt,
  type DescribedImage,
  formatsOf,
  licenseOf,
  techniquesOf,
  titleOf,
} from './described-image.ts';

const CONTEXT = 'https://w3id.org/codemeta/3.0';

/**
 * The document, an application whose requirements are the frameworks in the image. What CodeMeta has no term for is in schema.org's
 * (`schema:`): formats as features, restrictions as conditions of access.
 */
export function codeMeta(image: DescribedImage): Readonly<Record<string, unknown>> {
  const { description, documentation, source, platforms, requires, frameworks } = image.facts.described;
  const techniques = techniquesOf(image);
  const created = createdAt(image);
  const named = techniques.flatMap(({ url }) => (url === null ? [] : [url]));
  const systems = [...new Set(platforms.map((platform) => platform.split('/')[0] ?? platform))];
  const [only, ...others] = frameworks;
  return said({
    '@context': CONTEXT,
    '@type': 'SoftwareApplication',
    name: titleOf(image),
    description,
    softwareVersion: others.length === 0 ? (only?.version ?? null) : null,
    dateCreated: created?.slice(0, 10) ?? null,
    license: licenseIn(image),
    codeRepository: source === null ? null : new URL(source).href,
    softwareHelp:
      documentation === null ? null : { '@type': 'CreativeWork', '@id': new URL(documentation).href },
    applicationCategory: named,
    keywords: techniques.map(({ name }) => name),
    softwareRequirements: frameworks.map((framework) => softwareOf(framework, image)),
    operatingSystem: systems,
    processorRequirements: processorsOf(image),
    // The context makes an address of a text, as of an `@id`; a literal is not one.
    memoryRequirements: requires?.memory == null ? null : { '@value': `${requires.memory} bytes` },
    runtimePlatform: requires?.engines ?? [],
    'schema:featureList': featuresOf(image),
    'schema:conditionsOfAccess': accessTexts(image),
  });
}

function softwareOf(
  { name, version }: { readonly name: string; readonly version: string | null },
  image: DescribedImage,
) {
  const { vocabulary } = image;
  const canonical = vocabulary.framework(name);
  const known = vocabulary.frameworksOf(name).find((each) => each.name === canonical);
  return said({
    '@type': 'SoftwareApplication',
    name: canonical ?? name,
    softwareVersion: version,
    url: known?.homepage ?? null,
  });
}

/** An address of SPDX for an id of its list; an expression or a text is a work of that name. */
function licenseIn(image: DescribedImage): unknown {
  const license = licenseOf(image);
  return license === null ? null : (license.url ?? { '@type': 'CreativeWork', name: license.name });
}

function processorsOf({ facts }: DescribedImage): readonly string[] {
  const { platforms, requires } = facts.described;
  const machines = platforms
    .map((platform) => platform.split('/').slice(1).join('/'))
    .filter((name) => name !== '');
  const gpu = requires?.gpu;
  return [
    ...new Set([...machines, ...(requires?.architectures ?? [])]),
    ...(requires?.cpus == null ? [] : [`${requires.cpus} processors`]),
    ...(gpu == null
      ? []
      : [
          [
            `GPU of ${gpu.vendor}`,
            ...(gpu.minimumCuda === null ? [] : [`CUDA ${gpu.minimumCuda} or later`]),
            ...(gpu.memory === null ? [] : [`${gpu.memory} bytes of memory`]),
          ].join(', '),
        ]),
    ...(requires?.mpi == null ? [] : [`MPI: ${requires.mpi}`]),
  ];
}

function featuresOf({ facts, vocabulary }: DescribedImage): readonly string[] {
  const { reads, writes } = facts.described;
  return [
    ...formatsOf(reads, vocabulary).map((format) => `reads ${format}`),
    ...formatsOf(writes, vocabulary).map((format) => `writes ${format}`),
  ];
}

/** Without null and empty lists; a list of one is its entry, as JSON-LD has it. */
function said(document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(document)
      .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
      .map(([name, value]) => [name, Array.isArray(value) && value.length === 1 ? value[0] : value]),
  );
}
