import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import type { AttachmentFacts, AttachmentLayer } from '../../src/trust/attachment.ts';
import { readTrustRoots } from '../../src/trust/roots.ts';
import { verifyAttachment } from '../../src/trust/verify-attachment.ts';
import { notaryAuthority, pemOfKey } from '../support/attachments.ts';
import { ecKeys } from '../support/certificate-maker.ts';
import { needsShared, sharedData } from '../support/shared.ts';

const FOLDER = 'signatures';
const IMAGE = 'sha256:30654feaf3c9bcc230fe5d963aee14cb8daef1c4de1ea35fdd7f1346d25a7549';
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const KEY = 'key nqnsO7e2KuSOsSt8MUltNH1iZWp5x+skgy8jz/gd/FE=';
const GITHUB =
  'identity https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main of https://token.actions.githubusercontent.com';

const bytes = (path: string): Buffer => readFileSync(sharedData(`${FOLDER}/${path}`) ?? assert.fail(path));
const text = (path: string): string => bytes(path).toString('utf8');

interface Manifest {
  readonly layers: readonly { readonly mediaType: string; readonly annotations?: Record<string, string> }[];
}

/** The layers of a manifest with these files as their bytes. */
const layersOf = (manifest: string, ...files: readonly string[]): AttachmentLayer[] =>
  (JSON.parse(text(manifest)) as Manifest).layers.map(({ mediaType, annotations = {} }, index) => ({
    mediaType,
    annotations,
    bytes: bytes(files[index] ?? assert.fail(manifest)),
  }));

const bundleLayers = (path: string): AttachmentLayer[] => [
  { mediaType: BUNDLE, annotations: {}, bytes: bytes(path) },
];

function found(
  layers: readonly AttachmentLayer[],
  roots: Roots = trusted(),
  image = IMAGE,
): Promise<AttachmentFacts> {
  return verifyAttachment({ digest: '', artifactType: '', layers }, image, readTrustRoots(roots));
}

interface Roots {
  readonly keys: readonly { readonly pem: string }[];
  readonly notation: readonly string[];
  readonly sigstore: unknown;
}

const trusted = (): Roots => ({
  keys: [{ pem: pemOfKey(ecKeys()) }, { pem: text('cosign.pub') }],
  notation: [text('notation/notation-ca.pem')],
  sigstore: JSON.parse(text('keyless-public-good/trusted_root.json')),
});
const strange = (): Roots => ({
  keys: [{ pem: pemOfKey(ecKeys()) }],
  notation: [notaryAuthority().pem],
  sigstore: JSON.parse(text('keyless-mock/trusted_root.json')),
});

/** Each proof in a line: by whom, and what it says. */
const lines = ({ proofs }: AttachmentFacts): string[] =>
  proofs.map(({ signer, statement }) => {
    const by =
      signer.kind === 'key'
        ? signer.fingerprint
        : signer.kind === 'notation'
          ? signer.root
          : `${signer.subject} of ${signer.issuer}`;
    const { kind } = statement;
    const said =
      kind === 'provenance' ? statement.provenance.builder : kind === 'other' ? statement.predicateType : '';
    return `${signer.kind} ${by}: ${kind} ${said}`.trim();
  });

const BUILT = `${KEY}: provenance https://gitlab.esrf.fr/runners/1`;
const SPDX = `${KEY}: other https://spdx.dev/Document`;
const SIGNED = `${KEY}: signature`;

const SAMPLES: readonly [name: string, layers: () => AttachmentLayer[], proofs: readonly string[]][] = [
  [
    'cosign 2, classic',
    () => layersOf('cosign2-old/sig.manifest.json', 'cosign2-old/sig.payload.json'),
    [SIGNED],
  ],
  [
    'cosign 2, classic attestations',
    () =>
      layersOf(
        'cosign2-old/att.manifest.json',
        ...[0, 1, 2].map((number) => `cosign2-old/att.${number}.dsse.json`),
      ),
    [BUILT, BUILT, SPDX],
  ],
  ['cosign 2, bundle of provenance v1', () => bundleLayers('cosign2-bundle/0.bundle.json'), [BUILT]],
  ['cosign 2, bundle of a signature', () => bundleLayers('cosign2-bundle/1.bundle.json'), [SIGNED]],
  ['cosign 2, bundle of provenance v0.2', () => bundleLayers('cosign2-bundle/2.bundle.json'), [BUILT]],
  ['cosign 2, bundle of an SBOM', () => bundleLayers('cosign2-bundle/3.bundle.json'), [SPDX]],
  ['cosign 3, bundle of provenance v1', () => bundleLayers('cosign3/0.bundle.json'), [BUILT]],
  ['cosign 3, bundle of a signature', () => bundleLayers('cosign3/1.bundle.json'), [SIGNED]],
  [
    'cosign 3, bundle of an SBOM',
    () => bundleLayers('cosign3/2.bundle.json'),
    [`${KEY}: other https://cyclonedx.org/bom`],
  ],
  [
    'Notation',
    () => layersOf('notation/signature-manifest.json', 'notation/signature.jws.json'),
    ['notation J0QnpcEyKJFsHCTD2GHFI7yMsGzaBnRxhHXERfWHkWw=: signature'],
  ],
];

describe('what real tools wrote is proven by the right roots, and not by others', needsShared(FOLDER), () => {
  for (const [name, layers, proofs] of SAMPLES) {
    test(name, async () => {
      assert.deepEqual(lines(await found(layers())), proofs);
      const { claims, proofs: none } = await found(layers(), strange());
      assert.deepEqual([claims, none], [true, []]);
    });
  }

  // The payload of this layout is not among the samples; what is there says which image it is by its manifest alone.
  test('cosign 2 with referrers has the layer of a classic signature', () => {
    const { layers } = JSON.parse(text('cosign2-oci11/sig.manifest.json')) as Manifest;
    assert.deepEqual(
      layers.map(({ mediaType, annotations }) => [mediaType, Object.keys(annotations ?? {})]),
      [['application/vnd.dev.cosign.simplesigning.v1+json', ['dev.cosignproject.cosign/signature']]],
    );
  });
});

const PUBLIC_GOOD = 'keyless-public-good';
const json = (path: string): Record<string, unknown> => JSON.parse(text(`${PUBLIC_GOOD}/${path}`));

/** The digest that the statement of a bundle is about; the image's where it has none. */
function subjectOf(bundle: Record<string, unknown>): string {
  const { payload = '' } = (bundle.dsseEnvelope ?? {}) as { payload?: string };
  if (payload === '') return IMAGE;
  const { subject } = JSON.parse(Buffer.from(payload, 'base64').toString('utf8'));
  return `sha512:${subject[0].digest.sha512}`;
}

/** Why the library refuses the bundle with the root that is configured. */
function refusal(bundle: Record<string, unknown>): string {
  try {
    const root = TrustedRoot.fromJSON(json('trusted_root.json'));
    new Verifier(toTrustMaterial(root)).verify(toSignedEntity(bundleFromJSON(bundle)));
    return '';
  } catch (error) {
    return String((error as Error).message);
  }
}

describe('of the bundles of the public Sigstore', needsShared(FOLDER), () => {
  const good: readonly [file: string, proof: string][] = [
    ['bundle-provenance.json', `${GITHUB}: provenance https://github.com/actions/runner`],
    [
      'dsse.sigstore.json',
      'identity brian@dehamer.com of https://github.com/login/oauth: provenance https://github.com/npm/slsa-provenance@0.0.1',
    ],
    [
      'sigstore.js@2.0.0-provenance.sigstore.json',
      `${GITHUB}: provenance https://github.com/actions/runner/github-hosted`,
    ],
  ];
  for (const [file, proof] of good) {
    test(`${file} is proven by its root, and by no other`, async () => {
      const image = subjectOf(json(file));
      const layers = bundleLayers(`${PUBLIC_GOOD}/${file}`);
      assert.deepEqual(lines(await found(layers, trusted(), image)), [proof]);
      assert.deepEqual((await found(layers, strange(), image)).proofs, []);
    });
  }

  const bad: readonly [file: string, because: string, reason: RegExp][] = [
    ['dsse-2sigs.sigstore.json', 'a bundle has one signature', /invalid v0\.1 bundle/],
    ['othername.sigstore.json', 'its certificate is of another authority', /certificate chain/],
    [
      'public-key-validity.sigstore.json',
      'its timestamp is of another authority',
      /timestamp could not be verified/,
    ],
  ];
  for (const [file, because, reason] of bad) {
    test(`${file} is not proven: ${because}`, async () => {
      const { proofs } = await found(
        bundleLayers(`${PUBLIC_GOOD}/${file}`),
        trusted(),
        subjectOf(json(file)),
      );
      assert.deepEqual(proofs, []);
      assert.match(refusal(json(file)), reason);
    });
  }

  test('the bundle of the mock is proven by its root where no log of certificates is asked for, as its certificate is in none', async () => {
    const root = JSON.parse(text('keyless-mock/trusted_root.json'));
    const layers = bundleLayers('keyless-mock/bundle.json');
    const roots = (ctlogs: unknown): Roots => ({ keys: [], notation: [], sigstore: { ...root, ctlogs } });
    assert.deepEqual(lines(await found(layers, roots([]))), [
      'identity project_path:x/y:ref:main of https://gitlab.esrf.fr: signature',
    ]);
    assert.deepEqual((await found(layers, roots(root.ctlogs))).proofs, []);
  });
});
