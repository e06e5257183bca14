// What each person sees of the labs whose registries are crawled as in production: visible.txt is what the demo answered
// while they still spoke the contract, which can say all of it. In its last column is what each caller may do with the image, in the
// order of its first line: nothing, for whom it does not exist (-), discover, pull or execute. `UPDATE_README=1` writes what
// it answers now.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { DEMO_PEOPLE, type DemoPerson } from '../../src/identity/demo-people.ts';
import { type Answered, type RunningGateway, startDemo } from '../support/gateway.ts';

const LABS = ['psi', 'isis', 'alba', 'elettra', 'hzb'];

/** Two whom the demo does not have, so that somebody sees every image. */
const MEMBER: DemoPerson = {
  name: 'member',
  title: 'a member of all these labs, in no group',
  affiliations: ['psi.ch', 'isis.stfc.ac.uk', 'cells.es', 'elettra.eu', 'helmholtz-berlin.de'].map(
    (scope) => `member@${scope}`,
  ),
  groups: [],
  academic: null,
  roles: [],
};
const INSIDER: DemoPerson = {
  ...MEMBER,
  name: 'insider',
  title: 'an academic member of all these labs, in their groups',
  groups: [
    ...['psi.ch:group:controls', 'psi.ch:group:mx', 'psi.ch:group:mcnp', 'psi.ch:group:wien2k'],
    'isis.stfc.ac.uk:group:experiment-controls',
    ...['cells.es:group:mx', 'cells.es:group:controls', 'cells.es:group:vasp', 'cells.es:group:accelerator'],
    ...['elettra.eu:group:developers', 'elettra.eu:group:sysadmins'],
  ].map((group) => `urn:geant:${group}`),
  academic: true,
};

/** null: nobody has signed in. */
const CALLERS: readonly (DemoPerson | null)[] = [null, ...DEMO_PEOPLE, MEMBER, INSIDER];
const HEAD = `# ${CALLERS.map((caller) => caller?.name ?? 'nobody').join(' ')}`;

const TABLE = new URL('visible.txt', import.meta.url);

const QUESTION = `query ($lab: ID!, $after: String) {
  images(only: { facilities: [$lab] }, at: $lab, first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      reference tags title sharing listed suppliedBy groups
      frameworks { name version }
      license { state expression raw conditions { kind groups facilities { id } servers } }
      trust { state }
      access { discover pull execute }
    }
  }
}`;

interface Visible {
  readonly reference: string;
  readonly tags: readonly string[];
  readonly title: string | null;
  readonly sharing: string;
  readonly listed: boolean;
  readonly suppliedBy: string;
  readonly groups: readonly string[];
  readonly frameworks: readonly { readonly name: string; readonly version: string | null }[];
  readonly license: {
    readonly state: string;
    readonly expression: string | null;
    readonly raw: string | null;
    readonly conditions: readonly {
      readonly kind: string;
      readonly groups: readonly string[];
      readonly facilities: readonly { readonly id: string }[];
      readonly servers: readonly string[];
    }[];
  };
  readonly trust: { readonly state: string };
  readonly access: { readonly discover: boolean; readonly pull: boolean; readonly execute: boolean };
}

interface Page {
  readonly images: {
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly nodes: readonly Visible[];
  };
}

describe('what the demo shows of the labs that are crawled as in production', () => {
  let gateway: RunningGateway;
  before(async () => {
    gateway = await startDemo();
  });
  after(() => gateway.close());

  async function seenBy(person: DemoPerson | null, lab: string): Promise<readonly Visible[]> {
    const token = person === null ? null : ((await gateway.federation.demo?.mint(person)) ?? null);
    const seen: Visible[] = [];
    for (let after: string | null = null; ; ) {
      const { data, errors }: Answered<Page> = await gateway.ask(QUESTION, { lab, after }, token);
      assert.deepEqual(errors, []);
      seen.push(...data.images.nodes);
      if (!data.images.pageInfo.hasNextPage) return seen;
      after = data.images.pageInfo.endCursor;
    }
  }

  /** A row for each image that anybody sees. */
  async function tableOf(lab: string): Promise<string[]> {
    const rows = new Map<string, { readonly facts: string; readonly may: string[] }>();
    for (const [index, caller] of CALLERS.entries()) {
      for (const image of await seenBy(caller, lab)) {
        const name = `${image.reference.replace(/@.*/, '')}:${image.tags.join(',')}`;
        const row = rows.get(name) ?? { facts: factsOf(image), may: CALLERS.map(() => '-') };
        rows.set(name, row);
        assert.equal(factsOf(image), row.facts, `${name} has the same facts for ${caller?.name}`);
        row.may[index] = mayOf(image);
      }
    }
    return [...rows].map(([name, { facts, may }]) => `${name} | ${facts} | ${may.join('')}`).sort();
  }

  test('is what it showed by the contract, for nobody and for each of its people', async () => {
    const tables: string[][] = [];
    for (const lab of LABS) tables.push(await tableOf(lab));
    const now = `${[HEAD, ...tables.flat()].join('\n')}\n`;
    if (process.env.UPDATE_README === '1') writeFileSync(TABLE, now);
    assert.deepEqual(now.split('\n'), readFileSync(TABLE, 'utf8').split('\n'));
  });
});

function factsOf(image: Visible): string {
  const { license, frameworks } = image;
  const conditions = license.conditions.map(({ kind, groups, facilities, servers }) =>
    [kind, ...groups, ...facilities.map(({ id }) => id), ...servers].join(' '),
  );
  return [
    image.title,
    frameworks.map(({ name, version }) => `${name} ${version}`).join(', '),
    `${license.state} ${license.expression} (${license.raw})`,
    conditions.join(', '),
    `${image.sharing} ${image.listed ? 'listed' : 'unlisted'} ${image.groups.join(' ')}`.trimEnd(),
    image.suppliedBy,
    image.trust.state,
  ].join(' | ');
}

/** The first letter of the most that may be done with it. */
const mayOf = ({ access }: Visible): string =>
  (['discover', 'pull', 'execute'] as const).filter((action) => access[action]).at(-1)?.[0] ?? '?';
