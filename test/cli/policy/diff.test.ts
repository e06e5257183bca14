import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { compilePolicy } from '../../../src/authoring/build/compile.ts';
import type { PolicyDiff } from '../../../src/authoring/diff/diff.ts';
import { OWN_POLICIES, policyOwners } from '../../../src/authoring/source/owner.ts';
import { assertMayShip } from '../../../src/cli/policy/diff/stop.ts';
import { diffCommand } from '../../../src/cli/policy/diff.ts';
import { decisionLogSchema } from '../../../src/config/decision-log.ts';
import { DEMO_PEOPLE, type DemoPerson } from '../../../src/identity/demo-people.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { allowing, facility, needsOpa, opa, scratch } from '../../authoring/opa.ts';
import { startDemo } from '../../support/gateway.ts';
import { needs, onPath } from '../../support/real.ts';
import { digestOf } from '../../support/records.ts';
import { startRegistry, testNode } from '../../support/registry.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { collect } from '../collect.ts';

const gitHere = needs('git', onPath('git'));

const ESRF = join(OWN_POLICIES, 'bundle/esrf.tar.gz');
const RULES = 'facilities/esrf/decision.rego';

/** Runs it over the demo; a failure is returned and not thrown. */
const run = (...args: string[]) => runOver(['--demo'], ...args);

async function runOver(config: readonly string[], ...args: string[]) {
  const output = collect();
  const command = diffCommand(output, { ESRF_TOKEN: 'the-token' })
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  let error: unknown = null;
  await command.parseAsync([...args, ...config], { from: 'user' }).catch((reason: unknown) => {
    error = reason;
  });
  return { stdout: output.stdout(), stderr: output.stderr(), error };
}

async function diffOf(...args: string[]): Promise<PolicyDiff> {
  const { stdout, error } = await run(...args, '--format', 'json');
  assert.equal(error, null);
  return JSON.parse(stdout);
}

function assertFailure(error: unknown, code: string, exit: number): FederationError {
  assert.ok(error instanceof FederationError, String(error));
  assert.deepEqual([error.code, error.entry.exit], [code, exit]);
  return error;
}

type Context = Parameters<typeof temporaryFolder>[0];

/** A copy of the shipped people and of ESRF's policy in another folder, with its rules edited. */
function edited(context: Context, edit: (rules: string) => string): string {
  const folder = temporaryFolder(context);
  for (const name of ['subjects.yaml', 'facilities/esrf']) {
    cpSync(join(OWN_POLICIES, name), join(folder, name), { recursive: true });
  }
  const file = join(folder, RULES);
  const before = readFileSync(file, 'utf8');
  const after = edit(before);
  assert.notEqual(after, before, 'the edit fits the rules no more');
  writeFileSync(file, after);
  return folder;
}

const ACADEMIC = 'covered if input.subject.academic == true';
const loosened = (context: Context) =>
  edited(context, (rules) => rules.replace(ACADEMIC, 'covered if input.subject.academic != false'));

/** ESRF's bundle of a folder, for tests that compare it more than once or are not about building it. */
async function bundleOf(folder: string): Promise<string> {
  const [owner] = policyOwners(folder, ['esrf']);
  assert.ok(owner !== undefined);
  const path = join(folder, 'esrf.tar.gz');
  writeFileSync(path, (await compilePolicy(opa, owner, { onlyToLoad: true })).bytes);
  return path;
}

describe('panfed policy diff', needsOpa, () => {
  /** The bundle of {@link loosened}. */
  let LOOSENED: string;
  const folderOfLoosened = loosened({ after });
  before(async () => {
    LOOSENED = await bundleOf(folderOfLoosened);
  });

  test('finds a rule that opens access, with the person, the image and the reason', async (context) => {
    const { owners, effects, changes } = await diffOf(ESRF, loosened(context));
    assert.deepEqual(
      owners.map(({ owner }) => owner),
      ['esrf'],
    );
    // Two images of the group; each is counted once, although it is judged both at ESRF and without a place.
    assert.deepEqual(effects, [
      {
        subject: 'esrf-guest',
        gains: { discover: 0, pull: 2, execute: 2 },
        losses: { discover: 0, pull: 0, execute: 0 },
      },
    ]);
    assert.deepEqual(
      changes.map(({ direction, action, owners: whose, images, subjects, reasons, example }) => [
        [direction, action, ...whose, images, ...subjects],
        reasons.map(({ code, policy }) => `${policy} ${code}`),
        [example.subject, example.at, example.image.id.replace(/@.*/, '')],
      ]),
      [
        [
          ['loosened', 'pull', 'esrf', 2, 'esrf-guest'],
          ['esrf ESRF_ACADEMIC_AGREEMENT'],
          ['esrf-guest', null, 'esrf/internal/em/scipion-live'],
        ],
        [
          ['loosened', 'execute', 'esrf', 2, 'esrf-guest'],
          ['esrf ESRF_ACADEMIC_AGREEMENT'],
          ['esrf-guest', 'esrf', 'esrf/internal/em/scipion-live'],
        ],
      ],
    );
  });

  test('finds the same change in the other direction as a rule that closes access', async () => {
    const { effects, changes } = await diffOf(LOOSENED, ESRF, '--fail-on', 'loosened');
    assert.deepEqual(effects[0]?.losses, { discover: 0, pull: 2, execute: 2 });
    assert.deepEqual(
      changes.map(({ direction, action, reasons }) => [direction, action, reasons[0]?.code]),
      [
        ['tightened', 'pull', 'ESRF_ACADEMIC_AGREEMENT'],
        ['tightened', 'execute', 'ESRF_ACADEMIC_AGREEMENT'],
      ],
    );
  });

  test('shows people who gains what, and one example of each kind', async () => {
    const { stdout, error } = await run(ESRF, LOOSENED);
    assert.equal(error, null);
    assert.match(stdout, /^SUBJECT +DISCOVER +PULL +EXECUTE\nesrf-guest +\+2 +\+2$/m);
    assert.match(
      stdout,
      /^loosened esrf pull: ESRF_ACADEMIC_AGREEMENT\n {2}2 images, 1 subject: esrf-guest$/m,
    );
    assert.match(
      stdout,
      /esrf-guest \(.+\) at esrf may now execute esrf\/internal\/em\/scipion-live@sha256:/,
    );
    assert.match(stdout, /Denied before by ESRF_ACADEMIC_AGREEMENT: ESRF shares this image under/);
  });

  test('reports no change if the sources are equal, and builds them once', async () => {
    const { stdout, stderr, error } = await run(OWN_POLICIES, OWN_POLICIES, '--owner', 'esrf');
    assert.equal(error, null);
    const [compiling, ...notes] = stderr.split(/(?<=\n)/);
    assert.equal(compiling, `compiling esrf of ${OWN_POLICIES}\n`);
    assert.match(notes.join(''), /^warning: signatures of esrf are not verified here, .*\n$/);
    assert.match(
      stdout,
      /^No change: \d+ subjects may do the same with \d+ images; the revisions are equal\.$/m,
    );
  });

  test('reports no change if only a comment changed', async (context) => {
    const commented = edited(context, (rules) => `# One line more.\n\n# And another.\n${rules}`);
    const { stdout, error } = await run(ESRF, commented, '--fail-on', 'any');
    assert.equal(error, null);
    assert.match(stdout, /^No change: /m);
  });

  test('reports no change if a rule is only written differently', async (context) => {
    const rewritten = edited(context, (rules) => `${rules}\ncovered if input.subject.sites[_] == "esrf"\n`);
    const { owners, changes } = await diffOf(ESRF, rewritten);
    assert.notEqual(owners[0]?.old, owners[0]?.new);
    assert.deepEqual(changes, []);
  });

  test('a policy that is removed is shown as none, and what it denied as loosened', async (context) => {
    const folder = scratch(context);
    for (const name of ['subjects.yaml', 'facilities/desy']) {
      cpSync(join(OWN_POLICIES, name), join(folder, name), { recursive: true });
    }
    const { owners, changes } = await diffOf(OWN_POLICIES, folder, '--owner', 'esrf');
    assert.equal(owners[0]?.new, null);
    assert.deepEqual([...new Set(changes.map(({ direction }) => direction))], ['loosened']);
  });

  test('a denial without a reason is shown as its owner’s', async (context) => {
    const { policies } = await facility(context, 'esrf', { 'decision.rego': allowing('esrf') });
    const { changes } = await diffOf(ESRF, policies);
    const tight = changes.filter(({ direction }) => direction === 'tightened');
    assert.deepEqual(
      tight.map(({ action, owners, reasons }) => [action, owners, reasons.map(({ code }) => code)]),
      [['execute', ['esrf'], ['NOT_ALLOWED']]],
    );
  });

  test('a loosened rule ends with 4 where that or anything is to fail, and with 0 where a tightened one is', async () => {
    const { error, stdout } = await run(ESRF, LOOSENED, '--fail-on', 'any', '--format', 'json');
    assertFailure(error, 'POLICY_CHANGED', 4);
    const report = JSON.parse(stdout);
    assert.throws(() => assertMayShip(report, 'loosened'), { code: 'POLICY_CHANGED' });
    assertMayShip(report, 'tightened');
  });

  test('what a policy did not judge ends with 4 where anything is to fail, and is in the data', async (context) => {
    const undefinedForNone = await bundleOf(
      edited(context, (rules) =>
        rules.replace(/^decision := (.*)$/m, 'decision := $1 if input.record.sharing != "none"'),
      ),
    );
    const { error, stdout, stderr } = await run(
      ...[ESRF, undefinedForNone, '--fail-on', 'loosened', '--format', 'json'],
    );
    const { message } = assertFailure(error, 'POLICY_UNJUDGED', 4);
    const { unjudged } = JSON.parse(stdout);
    assert.deepEqual(
      unjudged.map(({ side, owner }: { side: string; owner: string }) => [side, owner]),
      [['new', 'esrf']],
    );
    assert.match(message, new RegExp(`^${unjudged[0].inputs} inputs? not judged`));
    assert.match(stderr, /^warning: the new policy of esrf did not judge \d+ inputs: that is denied$/m);
    assert.equal((await run(ESRF, undefinedForNone)).error, null);
  });

  test('asks both sides at the time that is named', async (context) => {
    const weekend = `# METADATA
# custom:
#   time: {bucket: 1d}
covered if input.request.time.weekday == "sunday"
`;
    const folder = edited(context, (rules) => rules.replace(ACADEMIC, `${ACADEMIC}\n\n${weekend}`));
    const bundle = await bundleOf(folder);
    const [sunday, monday] = await Promise.all(
      ['2026-11-22T12:00:00Z', '2026-11-23T12:00:00Z'].map((time) => diffOf(ESRF, bundle, '--time', time)),
    );
    assert.ok(sunday?.changes.some(({ direction }) => direction === 'loosened'));
    assert.deepEqual(monday?.changes, []);
  });

  describe('with the decision log of a gateway', () => {
    /** ESRF's rules that open access for one group of another lab, in which none of the subjects is. */
    const GROUP = 'urn:geant:psi.ch:group:detectors';
    let OPENED: string;
    const folderOfOpened = edited({ after }, (rules) =>
      rules.replace(ACADEMIC, `${ACADEMIC}\n\ncovered if "${GROUP}" in input.subject.groups`),
    );
    before(async () => {
      OPENED = await bundleOf(folderOfOpened);
    });

    async function logOf(context: TestContext, ...erase: string[]): Promise<string> {
      const folder = scratch(context);
      const file = { path: join(folder, 'decisions.ndjson') };
      const decisionLog = decisionLogSchema.parse({ file, erase, delay: 0 });
      const demo = await startDemo((config) => ({
        ...config,
        facilities: config.facilities.filter(({ id }) => ['esrf', 'psi'].includes(id)),
        telemetry: { ...config.telemetry, decisionLog },
      }));
      try {
        const person = DEMO_PEOPLE[0] as DemoPerson;
        const groups = [GROUP, 'urn:geant:esrf.eu:group:em'];
        const token = await demo.federation.demo?.mint({ ...person, groups });
        await demo.ask('{ images(first: 1) { totalCount } }', {}, token ?? null);
      } finally {
        await demo.close();
      }
      return folder;
    }

    test('tries the people who asked, and finds access that opens only for them', async (context) => {
      const log = await logOf(context);
      assert.equal((await run(ESRF, OPENED, '--fail-on', 'loosened')).error, null);
      const { error, stdout } = await run(ESRF, OPENED, '--fail-on', 'loosened', '--decisions', log);
      assertFailure(error, 'POLICY_CHANGED', 4);
      assert.match(stdout, /^SUBJECT +SEEN +DISCOVER +PULL +EXECUTE\nlog#1 +1 +\+2$/m);
      assert.match(stdout, /^ {2}2 images, 1 subject \(seen 1 time\): log#1$/m);
      assert.match(stdout, /log#1 \(seen 1 time, signed in, in urn:.*\) may now pull esrf\//);
    });

    test('reports people that it cannot judge because the log leaves out their groups', async (context) => {
      const log = await logOf(context, '/input/subject/groups');
      const { error, stdout, stderr } = await run(...[ESRF, OPENED, '--decisions', log, '--format', 'json']);
      assert.equal(error, null);
      const { changes, log: report } = JSON.parse(stdout);
      assert.deepEqual(changes, []);
      assert.deepEqual(report.masked, [{ paths: ['/input/subject/groups'], subjects: 1 }]);
      assert.match(
        stderr,
        /1 subject of the decision log: cannot be judged, because it leaves out \/input\/subject\/groups/,
      );
    });
  });

  describe('over a registry of the network', () => {
    const node = testNode('em/scipion-live', {
      digest: digestOf(1),
      license: 'GPL-3.0-or-later',
      sharing: 'conditional',
      suppliedBy: 'staff',
      groups: ['urn:geant:esrf.eu:group:em'],
    });

    /** A federation.yaml with ESRF alone, whose registry is at the address. */
    function federation(context: TestContext, url: string, ...more: object[]): readonly string[] {
      const file = join(scratch(context), 'federation.yaml');
      const registry = { key: 'main', kind: 'graphql', url, pull: 'r.example', token: { env: 'ESRF_TOKEN' } };
      const esrf = {
        id: 'esrf',
        name: 'ESRF',
        scopes: ['esrf.eu'],
        policy: ESRF,
        registries: [registry, ...more],
      };
      const people = join(OWN_POLICIES, 'subjects.yaml');
      writeFileSync(
        file,
        JSON.stringify({
          federation: { name: 'Test', secret: { env: 'NOT_NEEDED' } },
          policies: { federation: join(OWN_POLICIES, 'bundle/federation.tar.gz') },
          facilities: [esrf, ...['desy', 'psi', 'kit', 'hzb', 'elettra'].map(elsewhere)],
        }),
      );
      return ['--config', file, '--subjects', people];
    }
    const elsewhere = (id: string) => ({
      id,
      name: id.toUpperCase(),
      registries: [{ key: 'main', kind: 'graphql', url: 'https://never-asked.invalid/', pull: 'r.example' }],
    });

    test('asks it with --crawl, and finds the access that opens there', async (context) => {
      const registry = await startRegistry('esrf', [node]);
      context.after(() => registry.close());
      const config = federation(context, registry.url);
      const { error, stdout, stderr } = await runOver(
        config,
        ...[ESRF, LOOSENED, '--crawl', '--fail-on', 'loosened', '--format', 'json'],
      );
      assertFailure(error, 'POLICY_CHANGED', 4);
      const { images, unread } = JSON.parse(stdout);
      assert.deepEqual([images, unread], [1, []]);
      assert.match(stderr, /^esrf\/main: 1 image$/m);
      assert.equal(registry.arrivals[0]?.authorization, 'Bearer the-token');
    });

    test('ends with 5 where it was not read and anything is to fail, and is in the data', async (context) => {
      const catalog = join(scratch(context), 'catalog.json');
      writeFileSync(catalog, JSON.stringify([node]));
      const file = { key: 'other', kind: 'file', url: catalog, pull: 'r.example' };
      const config = federation(context, 'http://127.0.0.1:9/graphql', file);
      for (const [crawl, code, said] of [
        [[], undefined, /^warning: not compared, because they are not files: esrf\/main$/m],
        [['--crawl'], 'SOURCE_UNAVAILABLE', /^warning: not compared: esrf\/main, SOURCE_UNAVAILABLE: /m],
      ] as const) {
        const { error, stdout, stderr } = await runOver(
          config,
          ...[ESRF, ESRF, ...crawl, '--fail-on', 'loosened', '--format', 'json'],
        );
        const { message } = assertFailure(error, 'SOURCE_UNAVAILABLE', 5);
        assert.equal(message, 'the images of esrf/main were not compared');
        const { unread, images } = JSON.parse(stdout);
        assert.deepEqual(
          [unread.length, unread[0].registry, unread[0].failure?.code],
          [1, 'esrf/main', code],
        );
        assert.equal(images, 1);
        assert.match(stderr, said);
      }
      const { stdout } = await runOver(
        config,
        ...[ESRF, ESRF, '--format', 'github', '--fail-on', 'loosened'],
      );
      assert.match(
        stdout,
        /^::error title=not compared::not compared, because they are not files: esrf\/main$/m,
      );
      assert.equal((await runOver(config, ESRF, ESRF)).error, null);
    });

    test('ends with 5 where nothing could be read', async (context) => {
      const config = federation(context, 'http://127.0.0.1:9/graphql');
      assertFailure((await runOver(config, ESRF, ESRF, '--crawl')).error, 'SOURCE_UNAVAILABLE', 5);
    });
  });

  test('--format github marks what is to stop as an error, and other loosening as a warning', async () => {
    const stopped = await run(ESRF, LOOSENED, '--format', 'github', '--fail-on', 'loosened');
    assertFailure(stopped.error, 'POLICY_CHANGED', 4);
    assert.match(
      stopped.stdout,
      /^(?:::error title=policy loosened%3A esrf::esrf-guest \(.*\n){2}::warning title=note::signatures .*\n$/,
    );
    const { stdout, error } = await run(ESRF, LOOSENED, '--format', 'github');
    assert.equal(error, null);
    assert.match(stdout, /^(?:::warning title=policy .*\n){2}::warning title=note::signatures .*\n$/);
  });

  test('a policy that does not compile is reported with file, line and hint, and exits 3', async (context) => {
    const broken = edited(context, (rules) => rules.replace(ACADEMIC, 'covered if input.subject.acedemic'));
    const { error, stdout } = await run(ESRF, broken);
    const { at, hint } = assertFailure(error, 'POLICY_INVALID', 3);
    assert.match(at ?? '', /facilities\/esrf\/decision\.rego:13:\d+$/);
    assert.match(hint ?? '', /academic/);
    assert.equal(stdout, '');
  });

  test(
    'a revision of git is compared with the folder as it is, and shown by its name',
    gitHere,
    async (context) => {
      const folder = edited(context, (rules) => rules.replace(ACADEMIC, 'covered if input.subject.acedemic'));
      const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
      git('init', '--quiet');
      git('add', '--all');
      git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '-m', 'x');
      const broken = await run('HEAD', folder, '--owner', 'esrf');
      assert.match(
        assertFailure(broken.error, 'POLICY_INVALID', 3).at ?? '',
        /^HEAD:\.\/facilities\/esrf\/decision\.rego:13:\d+$/,
      );
      cpSync(join(OWN_POLICIES, RULES), join(folder, RULES));
      git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--all', '--quiet', '-m', 'y');
      writeFileSync(
        join(folder, RULES),
        readFileSync(join(folder, RULES), 'utf8').replace(
          ACADEMIC,
          'covered if input.subject.academic != false',
        ),
      );
      const { stdout, stderr } = await run('HEAD', folder, '--owner', 'esrf');
      assert.match(stderr, /^compiling esrf of HEAD:\.\n/);
      assert.match(stdout, /^loosened esrf pull: ESRF_ACADEMIC_AGREEMENT$/m);
    },
  );

  test('leaves nothing behind', async (context) => {
    const { TMPDIR } = process.env;
    const folder = scratch(context);
    const broken = edited(context, (rules) => rules.replace(ACADEMIC, 'covered if'));
    process.env.TMPDIR = folder;
    try {
      await run(ESRF, broken);
      await run(ESRF, OWN_POLICIES);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
    assert.deepEqual(readdirSync(folder), []);
  });

  for (const [what, args, message] of [
    [
      'what is neither file, folder nor revision',
      ['no-such-thing', ESRF],
      /not a file, a folder, or a revision of/,
    ],
    ['bundles of two owners', [ESRF, join(OWN_POLICIES, 'bundle/desy.tar.gz')], /^one bundle is esrf’s/],
    [
      'an owner that neither side has',
      [OWN_POLICIES, OWN_POLICIES, '--owner', 'kit'],
      /has a policy of kit$/,
    ],
    ['the preference module', [ESRF, ESRF, '--owner', 'preference'], /preference module/],
  ] as const) {
    test(`${what}: a usage error`, async () => {
      const { error } = await run(...args);
      assert.match(assertFailure(error, 'USAGE', 2).message, message);
    });
  }

  test('a facility that the configuration does not have is a usage error', async (context) => {
    const folder = scratch(context);
    cpSync(join(OWN_POLICIES, 'facilities/esrf'), join(folder, 'facilities/maxiv'), { recursive: true });
    const rules = join(folder, 'facilities/maxiv/decision.rego');
    writeFileSync(rules, readFileSync(rules, 'utf8').replace('facility.esrf', 'facility.maxiv'));
    rmSync(join(folder, 'facilities/maxiv/decision_test.rego'), { force: true });
    const { error } = await run(folder, folder);
    assert.match(assertFailure(error, 'USAGE', 2).message, /no facility maxiv$/);
  });
});
