// The demo earns its states: its registries sign by keys of its own, and what is verified of them decides what anybody may pull.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type RunningGateway, startDemo } from '../support/gateway.ts';

const QUESTION = `query ($reference: String!) {
  images(search: $reference, first: 1) {
    nodes {
      trust {
        state signers claimedSigners
        provenance { verified builder source revision }
      }
      access { discover pull reasons { action code } }
      pullCommands { command }
    }
  }
}`;

interface Answer {
  readonly images: {
    readonly nodes: readonly {
      readonly trust: {
        readonly state: string;
        readonly signers: readonly string[];
        readonly claimedSigners: readonly string[];
        readonly provenance: Readonly<Record<string, unknown>>;
      };
      readonly access: {
        readonly discover: boolean;
        readonly pull: boolean;
        readonly reasons: readonly { readonly action: string; readonly code: string }[];
      };
      readonly pullCommands: readonly { readonly command: string }[];
    }[];
  };
}

describe('the demo', () => {
  let gateway: RunningGateway;
  before(async () => {
    gateway = await startDemo();
  });
  after(() => gateway.close());

  /** As anybody sees it, who has not signed in unless a token is given. */
  async function image(reference: string, token: string | null = null) {
    const { data, errors } = await gateway.ask<Answer>(QUESTION, { reference }, token);
    assert.deepEqual(errors, []);
    const [node] = data.images.nodes;
    assert.ok(node, reference);
    return node;
  }

  test('has images of all four states, and none that is unknown', () => {
    const states = gateway.federation.catalog
      .states()
      .flatMap(({ snapshot }) => snapshot?.records ?? [])
      .map(({ trust }) => trust.state);
    assert.deepEqual([...new Set(states)].sort(), ['claimed', 'failed', 'unsigned', 'verified']);
  });

  test('lets anybody pull a verified image, and says who signed it and how it was built', async () => {
    const { trust, access, pullCommands } = await image('registry.esrf.fr:5000/em/relion:5.0.0');
    assert.deepEqual([trust.state, trust.signers], ['VERIFIED', ['ESRF release']]);
    assert.deepEqual(trust.claimedSigners, ['https://gitlab.esrf.fr/em/relion']);
    assert.deepEqual(trust.provenance, {
      verified: true,
      builder: 'https://gitlab.esrf.fr/ci',
      source: 'https://github.com/3dem/relion',
      revision: 'f55f54005c9ea6789c295dbffe3e57a6277bbda5',
    });
    assert.ok(access.pull);
    assert.match(pullCommands[0]?.command ?? '', /registry\.esrf\.fr:5000\/em\/relion@sha256:/);
  });

  test('refuses the same person an image of which a stranger’s is the only signature where one is required', async () => {
    const { trust, access, pullCommands } = await image('registry.esrf.fr:5000/em/imod:4.11.24');
    assert.deepEqual([trust.state, trust.signers], ['FAILED', []]);
    assert.deepEqual([access.discover, access.pull, pullCommands], [true, false, []]);
    const codes = access.reasons.filter(({ action }) => action === 'PULL').map(({ code }) => code);
    assert.ok(codes.includes('TRUST_FAILED'), codes.join());
  });

  test('refuses it to everybody else as well, members of the lab and admins included', async () => {
    for (const person of ['esrf-em', 'admin']) {
      const { access } = await image('registry.esrf.fr:5000/em/imod:4.11.24', await gateway.token(person));
      assert.equal(access.pull, false, person);
    }
  });

  test('takes a stranger’s signature for a claim where none is required, which asks to sign in', async () => {
    const { trust, access } = await image('harbor.psi.ch/bio/coot:0.9.8.93');
    assert.deepEqual([trust.state, access.pull], ['CLAIMED', false]);
    const visitor = await image('harbor.psi.ch/bio/coot:0.9.8.93', await gateway.token('visitor'));
    assert.equal(visitor.access.pull, true);
  });

  test('verifies what registries of images have as referrers, as what registries of the contract answer', async () => {
    for (const [reference, signer] of [
      ['harbor.psi.ch/mx/dials:3.17.0', 'PSI MX'],
      ['docker.io/albasynchrotron/taurus', 'ALBA controls'],
      ['harbor.elettra.eu/public/stp-core', 'Elettra'],
      ['registry.desy.de/staff/em/relion:5.0.0', 'DESY'],
    ] as const) {
      const { trust } = await image(reference);
      assert.deepEqual([trust.state, trust.signers], ['VERIFIED', [signer]], reference);
    }
  });
});
