// `facilities[].dataCatalogs[]`: what is read, and what is refused, with its place.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import type { FederationError } from '../../src/model/errors.ts';
import { configFile, LEAST, SECRET } from './folder.ts';

const withCatalogs = (...catalogs: readonly string[]): string =>
  `${LEAST}    dataCatalogs:\n${catalogs.map((text) => `      - ${text}\n`).join('')}`;

const load = async (context: TestContext, text: string) =>
  loadConfig(await configFile(context, text), { PANFED_SECRET: SECRET });

describe('data catalogs of federation.yaml', () => {
  test('are read with prefixes in lower case, and five seconds for a look-up', async (context) => {
    const text = withCatalogs(
      '{ kind: panosc, url: "https://data.esrf.eu/api", pidPrefixes: ["10.15151", 10.5286/ISIS., 10.5072/] }',
    );
    assert.deepEqual((await load(context, text)).facilities[0]?.dataCatalogs, [
      {
        ...{ kind: 'panosc', url: 'https://data.esrf.eu/api', timeout: 5_000 },
        pidPrefixes: ['10.15151', '10.5286/isis.', '10.5072'],
      },
    ]);
  });

  const URL = 'url: "https://a.example/api"';
  for (const [name, catalogs, message] of [
    [
      'plain http to another host',
      ['{ kind: icat, url: "http://a.example", pidPrefixes: ["10.1"] }'],
      /https/,
    ],
    ['neither url nor demo', ['{ kind: scicat, pidPrefixes: ["10.1"] }'], /either `url`/],
    [
      'a demo where there is none',
      ['{ kind: scicat, demo: a.json, pidPrefixes: ["10.1"] }'],
      /in the demo only/,
    ],
    ['no prefix', [`{ kind: icat, ${URL}, pidPrefixes: [] }`], /pidPrefixes/],
    ['a prefix with doi:', [`{ kind: icat, ${URL}, pidPrefixes: ["doi:10.1"] }`], /beginning of a PID/],
    ['a protocol of which there is none', [`{ kind: dataverse, ${URL}, pidPrefixes: ["10.1"] }`], /panosc/],
    [
      'one prefix of two catalogs',
      [
        `{ kind: icat, ${URL}, pidPrefixes: ["10.1/A"] }`,
        `{ kind: scicat, ${URL}, pidPrefixes: ["10.1/a"] }`,
      ],
      /the prefix 10\.1\/a is named twice/,
    ],
  ] as const) {
    test(`are refused with ${name}`, async (context) => {
      await assert.rejects(load(context, withCatalogs(...catalogs)), (error: FederationError) => {
        assert.equal(error.code, 'CONFIG_INVALID');
        const { problems } = error.extensions as { problems: { message: string; hint?: string }[] };
        assert.match(JSON.stringify(problems), message);
        return true;
      });
    });
  }
});
