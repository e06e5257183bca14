// Questions for tests: GraphQL documents that ask for everything an answer can say, and arbitrary variables for them.
import fc from 'fast-check';
import { FACET_FIELDS, IMAGE_ORDERS } from '../../src/model/choices.ts';
import { FACILITIES, GROUPS } from './records.ts';

const IMAGE = `
  id digest reference facility { id } registry repository tags title created size platforms
  frameworks { name version raw framework { id versions imageCount facilities { id } } }
  techniques { id label } reads { id } writes { id } unmapped
  license { state expression raw conditions { kind groups facilities { id } servers } }
  sharing listed suppliedBy groups trust { state signers } labels { name value }
  access { discover pull execute reasons { code action message remedy policy } }
  sameDigest { id }
  pullCommands { command }
  base { name digest }
  components(first: 3) { totalCount truncated nodes { name version purl license format platform verified } }
  contentsWithheld { code action message }
`;

const CONNECTION = `
  totalCount complete
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  edges { cursor access { discover pull execute reasons { code action policy } } node { ${IMAGE} } }
  facets(fields: [${FACET_FIELDS.join(' ')}], first: 5) { field values { value label count chosen } }
  sources { facility { id } registry status records age error { code message } quarantined tookMs }
  notices { code message suggestions }
`;

/** All that a question about images can be answered. */
export const IMAGES = `query Images($search: String, $only: Choices, $except: Choices, $prefer: Choices, $at: ID,
  $orderBy: ImageOrder, $first: Int, $after: String, $maxAge: Int) {
  images(search: $search, only: $only, except: $except, prefer: $prefer, at: $at, orderBy: $orderBy,
    first: $first, after: $after, maxAge: $maxAge) { ${CONNECTION} }
}`;

/** The same of frameworks. */
export const FRAMEWORKS = `query Frameworks($search: String, $only: Choices, $except: Choices, $at: ID, $first: Int, $after: String) {
  frameworks(search: $search, only: $only, except: $except, at: $at, first: $first, after: $after) {
    totalCount complete notices { code message suggestions }
    pageInfo { hasNextPage endCursor }
    edges { cursor imageCount images(first: 3) { totalCount nodes { id } pageInfo { endCursor } }
      node { id name synonyms versions facilities { id } imageCount images(first: 3) { totalCount nodes { id } } } }
  }
}`;

/** One thing by its name, in each way that there is. */
export const LOOKUPS = `query Lookups($id: ID!, $digest: Digest!, $reference: String!) {
  node(id: $id) { id __typename }
  byId: image(id: $id) { ${IMAGE} }
  byDigest: image(digest: $digest) { ${IMAGE} }
  byReference: image(reference: $reference) { ${IMAGE} }
}`;

/** Where images match, with all that is found of each. */
export const MATCH = `query Match($data: DataInput, $image: ID, $only: Choices, $except: Choices, $prefer: Choices, $first: Int, $after: String) {
  match(data: $data, image: $image, only: $only, except: $except, prefer: $prefer, first: $first, after: $after) {
    totalCount complete counts { yes unknown no } notices { code message suggestions }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node {
      framework { id versions imageCount } resource { id use reasons { code message } } verdict version engines
      findings { dimension verdict code message remedy }
      image { id access(at: "esrf") { execute } }
      job { scheduler engine fileName text submit notes } noJob
      versions(first: 3) { version verdict image { id } findings { dimension verdict code } noJob }
    } }
    sources { facility { id } status records }
    dataSet { pid facility { id } formats { id label } techniques { id label } size path documents }
    dataCatalog { facility { id } kind status error { code message } }
  }
}`;

const some = <T>(...values: T[]): fc.Arbitrary<T[]> =>
  fc.subarray(values, { minLength: 1, maxLength: Math.min(3, values.length) });

/** Choices of every field, some of them unknown or misspelt. */
export function arbitraryChoices(): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(
    {
      facilities: some<string>(...FACILITIES, 'Lab ESRF', 'esrff'),
      frameworks: some('relion', 'RELION', 'xds', 'SIMEX', 'tango', 'relin', 'ufo'),
      versions: some('3', '3.1', '>=3.0', '<3.1', '>=2.0 <4', '4.0-beta', '99'),
      techniques: some('PaNET01168', 'PaNET01188', 'PaNET01203', 'tomography', 'EM'),
      licenses: some('GPL-2.0-only', 'mit', 'LicenseRef-XDS', 'ask the author', 'GPL'),
      conditions: some('ACADEMIC', 'SITE', 'REGISTERED_GROUP', 'EXPORT_CONTROL'),
      groups: some<string>(...GROUPS, 'urn:geant:nowhere.example:group:none'),
      trust: some('UNSIGNED', 'CLAIMED', 'VERIFIED', 'FAILED'),
      sharing: some('OPEN', 'CONDITIONAL', 'NONE', 'UNKNOWN'),
      suppliedBy: some('STAFF', 'USER', 'UNKNOWN'),
      reads: some('CXI', 'hdf5', 'MRC', 'NeXus', 'mrcc'),
      writes: some('HDF5', 'TIFF'),
      engines: some('docker', 'Apptainer', 'charliecloud'),
      platforms: some('linux/amd64', 'linux/arm64', 'windows/amd64'),
      components: some('mkl', 'mkl@2017.0.3', 'openssl@<3.0.8', 'pkg:pypi/numpy', 'hdf', 'mk@1', 'zlib@2'),
      may: some('DISCOVER', 'PULL', 'EXECUTE'),
    },
    { requiredKeys: [] },
  );
}

/** Choices of at most two fields, so that something is left to see. */
const fewChoices = (): fc.Arbitrary<Record<string, unknown>> =>
  fc.tuple(arbitraryChoices(), fc.nat(), fc.constantFrom(0, 0, 0, 1, 1, 2)).map(([choices, from, count]) => {
    const fields = Object.entries(choices);
    return Object.fromEntries([...fields, ...fields].slice(from % (fields.length || 1)).slice(0, count));
  });

export interface QuestionVariables {
  search: string | null;
  only: Record<string, unknown>;
  except: Record<string, unknown>;
  prefer: Record<string, unknown>;
  at: string | null;
  orderBy: string;
  first: number;
}

export function arbitraryQuestion(): fc.Arbitrary<QuestionVariables> {
  return fc.record({
    search: fc.constantFrom(
      null,
      'relion',
      'reliom',
      'x',
      'tomography gpu',
      'esrf',
      'mx/xds 3',
      'relion 3.1',
      'lab 3.1',
      '++',
      'registry.esrf.example/em/relion:3.1',
      'docker://registry.hzb.example/mx/xds',
    ),
    only: fewChoices(),
    except: fewChoices(),
    prefer: fewChoices(),
    at: fc.constantFrom(null, 'esrf', 'HZB', 'Lab DESY', 'nowhere'),
    orderBy: fc.constantFrom(...IMAGE_ORDERS),
    first: fc.integer({ min: 1, max: 7 }),
  });
}

const DIFFERENCES = '{ totalCount leftOut nodes { name purl before after licenseBefore licenseAfter } }';

/** What differs between two images. */
export const COMPARE = `query Compare($a: ID!, $b: ID!) {
  compare(a: $a, b: $b, first: 3) {
    a { ${IMAGE} } b { id } isSame facts { field before after }
    frameworks { added ${DIFFERENCES} removed ${DIFFERENCES} up ${DIFFERENCES} down ${DIFFERENCES} changed ${DIFFERENCES} }
    components { added ${DIFFERENCES} removed ${DIFFERENCES} up ${DIFFERENCES} down ${DIFFERENCES} changed ${DIFFERENCES} relicensed ${DIFFERENCES} truncated }
    manifests { common { digest } removed { digest } added { digest } }
    aWithheld { code message } bWithheld { code message }
  }
}`;
