// What the pages of the federation's rules say to avoid and to prefer makes the difference that they describe: each is put
// into a federation.yaml, and somebody asks for the image by the compiled policy in force.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { evalCommand } from '../../src/cli/policy/eval.ts';
import { scratch } from '../authoring/opa.ts';
import { collect } from '../cli/collect.ts';
import { blocksOf } from '../support/markdown.ts';

interface Case {
  readonly page: string;
  readonly repository: string;
  /** As in subjects.yaml; nothing more is known of them. */
  readonly person: Readonly<Record<string, unknown>>;
  /** May they, by what is to be avoided and by what is preferred? */
  readonly action: 'discover' | 'pull' | 'execute';
  readonly avoid: boolean;
  readonly prefer: boolean;
}

const CASES: readonly Case[] = [
  {
    page: 'none',
    repository: 'control/doocs',
    person: { affiliations: ['staff@lab.example'], groups: ['urn:geant:desy.de:group:staff'] },
    action: 'execute',
    avoid: false,
    prefer: true,
  },
  {
    page: 'unknown',
    repository: 'swissfel/eco',
    person: {},
    action: 'pull',
    avoid: false,
    prefer: true,
  },
  {
    page: 'unknown',
    repository: 'licensed/ccpem',
    person: { academic: true },
    action: 'pull',
    avoid: false,
    prefer: true,
  },
  { page: 'conditional', repository: 'mx/xds', person: {}, action: 'discover', avoid: false, prefer: true },
  { page: 'open', repository: 'internal/tool', person: {}, action: 'discover', avoid: true, prefer: false },
  {
    page: 'groups',
    repository: 'ebic/murfey',
    person: { groups: ['urn:geant:diamond.ac.uk:group:ebic'] },
    action: 'pull',
    avoid: false,
    prefer: true,
  },
  {
    page: 'conditions-on-who',
    repository: 'theory/wien2k',
    person: { groups: ['urn:geant:psi.ch:group:wien2k'] },
    action: 'pull',
    avoid: false,
    prefer: true,
  },
  {
    page: 'conditions-on-where',
    repository: 'matlab',
    person: {},
    action: 'pull',
    avoid: false,
    prefer: true,
  },
  {
    page: 'conditions-on-where',
    repository: 'matlab-runtime',
    person: {},
    action: 'execute',
    avoid: false,
    prefer: true,
  },
];

/** The entries of the page's block that speaks of the repository's folder, else those of its first. */
function entriesOf(page: string, heading: string, repository: string): unknown[] {
  const text = readFileSync(new URL(`../../docs/policies/rules/${page}.md`, import.meta.url), 'utf8');
  const section = text.slice(text.indexOf(`\n## ${heading}\n`) + 1).split('\n## ')[0] ?? '';
  const lists = blocksOf(section)
    .filter(({ language }) => language === 'yaml')
    .map(({ lines }) => parse(lines.join('\n')).repositories as { match: string }[]);
  const [folder = ''] = repository.split('/');
  return lists.find((list) => list.some(({ match }) => match.startsWith(folder))) ?? lists[0] ?? [];
}

/** A lab with one image, whose place runs images that are not verified. */
async function allowed(context: TestContext, asked: Case, repositories: unknown[]): Promise<boolean> {
  const folder = scratch(context);
  const write = (name: string, value: unknown) => writeFileSync(join(folder, name), stringify(value));
  const registry = { key: 'hub', kind: 'file', url: 'catalog.yaml', pull: 'hub.lab.example', repositories };
  const lab = { id: 'lab', name: 'A lab', scopes: ['lab.example'], allowsUnverified: true };
  write('federation.yaml', {
    federation: { name: 'A federation' },
    demo: true,
    facilities: [{ ...lab, registries: [registry] }],
  });
  write('catalog.yaml', {
    facility: 'lab',
    images: [{ repository: asked.repository, tag: '1.0', license: 'MIT' }],
  });
  // Another lab's policy alone, so that the federation's is the bundle in force.
  mkdirSync(join(folder, 'policies', 'facilities', 'other'), { recursive: true });
  write('policies/subjects.yaml', {
    subjects: [{ name: 'somebody', title: 'who asks', ...asked.person }],
  });
  const output = collect();
  const options = ['--config', join(folder, 'federation.yaml'), '--policies', join(folder, 'policies')];
  const question = ['--as', 'somebody', '--image', `${asked.repository}:1.0`, '--at', 'lab'];
  await evalCommand(output, {}).parseAsync([...options, ...question, '--format', 'json'], { from: 'user' });
  return JSON.parse(output.stdout()).decision[asked.action];
}

describe('what a page says to avoid and to prefer', () => {
  for (const asked of CASES) {
    const { page, repository, action, avoid, prefer } = asked;
    test(`${page}: ${action} of ${repository} is ${word(avoid)}, and ${word(prefer)}`, async (context) => {
      assert.equal(await allowed(context, asked, entriesOf(page, 'Avoid', repository)), avoid, 'avoid');
      assert.equal(await allowed(context, asked, entriesOf(page, 'Prefer', repository)), prefer, 'prefer');
    });
  }
});

function word(allows: boolean): string {
  return allows ? 'allowed' : 'denied';
}
