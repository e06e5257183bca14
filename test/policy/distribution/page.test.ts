import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { readPolicyKey } from '../../../src/config/policy-key.ts';
import { policySchema, policyScopeOf } from '../../../src/config/policy-source.ts';
import { verifySource } from '../../../src/policy/distribution/verify.ts';
import { blocksOf } from '../../support/markdown.ts';
import { OPA } from '../../support/policies.ts';
import { needs, onPath } from '../../support/real.ts';

const page = new URL('../../../docs/policies/signing.md', import.meta.url);

/** As the page's configuration is written. */
interface Written {
  readonly facilities: readonly [{ readonly id: string; readonly policy: Record<string, unknown> }];
}

test(
  'what docs/policies/signing.md asks a lab to do makes a bundle that its configuration believes',
  needs('opa and openssl', onPath('openssl') && OPA),
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'panfed-test-page-'));
    try {
      const blocks = blocksOf(await readFile(page, 'utf8'));
      await mkdir(join(folder, 'policy'));
      await writeFile(join(folder, 'policy/rules.rego'), 'package panfed.facility.desy\n\ndecision := {}\n');
      for (const { words, lines } of blocks) {
        if (words.file === undefined) continue;
        await mkdir(dirname(join(folder, words.file)), { recursive: true });
        await writeFile(join(folder, words.file), lines.join('\n'));
      }
      for (const { words, lines } of blocks) {
        if (words.run === undefined) continue;
        await promisify(execFile)('sh', ['-ec', lines.join('\n')], { cwd: folder });
      }
      const configuration = blocks.find(({ language }) => language === 'yaml')?.lines.join('\n') ?? '';
      const [{ id, policy }] = (parse(configuration) as Written).facilities;
      const source = policySchema.parse({ ...policy, key: { file: 'desy.pem' } });
      assert.ok(typeof source === 'object');
      const { algorithm, keyId } = source;
      const key = await readPolicyKey(source, {}, folder);
      const scope = policyScopeOf({ id, policy: source });
      const archive = await readFile(join(folder, 'bundle.tar.gz'));
      const trust = { owner: id, algorithm, key, keyId, scope };
      assert.equal((await verifySource(archive, trust, 'bundle.tar.gz')).version, 7);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
