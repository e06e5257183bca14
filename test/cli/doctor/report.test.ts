import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MAX_REQUESTS } from '../../../src/cli/doctor/bounds.ts';
import { attempted, CHECKS, fail, pass, skip, someOf, warn } from '../../../src/cli/doctor/check.ts';
import type { Diagnosis } from '../../../src/cli/doctor/diagnose.ts';
import { junitText } from '../../../src/cli/doctor/junit.ts';
import { metered } from '../../../src/cli/doctor/meter.ts';
import { writeReport } from '../../../src/cli/doctor/report.ts';
import { FederationError } from '../../../src/model/errors.ts';
import type { HttpClient } from '../../../src/network/http-client.ts';
import fc from '../../support/fast-check.ts';
import { collect } from '../collect.ts';

const HOSTILE = 'a\u001b[31m\u202e<b & "c">]]>\u0000\ufffe';

const diagnosis = (changes: Partial<Diagnosis> = {}): Diagnosis => ({
  name: 'kit/main',
  kind: 'oci',
  url: 'https://registry.kit.example',
  checks: [
    pass('api', 'fine'),
    warn('labels', 'missing', 'Add:', ['LABEL a="b"']),
    fail('digests', HOSTILE, `mend ${HOSTILE}`),
    skip('speed', 'not asked'),
  ],
  isUnreachable: false,
  requests: 7,
  took: 1_234.4,
  ...changes,
});

const written = (format: 'table' | 'json' | 'junit', one = diagnosis()) => {
  const output = collect();
  writeReport([one], format, output);
  return output.stdout();
};

describe('a report', () => {
  test('for people has what was seen, and why and what to do where something is wanting', () => {
    const lines = written('table').split('\n');
    assert.equal(lines[0], 'kit/main (oci, https://registry.kit.example)');
    assert.match(lines[1] ?? '', /^ {2}pass {2}api +fine$/);
    assert.deepEqual(lines.slice(3, 6), [
      `        why: ${CHECKS.labels}`,
      '        hint: Add:',
      '          LABEL a="b"',
    ]);
    assert.equal(lines.at(-2), '1 passed, 1 warning, 1 failed, 1 skipped; 7 requests in 1234 ms');
  });

  test('has the text of a registry inert in each format', () => {
    for (const format of ['table', 'json', 'junit'] as const) {
      assert.doesNotMatch(written(format), /(?!\n)[\p{Cc}\p{Cf}]/u, format);
    }
    const { registries } = JSON.parse(written('json')) as { registries: [{ checks: { seen: string }[] }] };
    assert.equal(registries[0].checks[2]?.seen, HOSTILE);
  });
});

describe('JUnit XML', () => {
  test('counts failures and skipped checks, and has a warning as output of a case that passes', () => {
    const xml = junitText([diagnosis()]);
    assert.match(
      xml,
      /<testsuite name="kit\/main" tests="4" failures="1" skipped="1" errors="0" time="1\.234">/,
    );
    assert.match(xml, /name="labels"><system-out>warning: missing\nwhy: /);
    assert.match(xml, /name="speed"><skipped message="not asked"\/>/);
    assert.match(xml, /<failure message="a \[31m&lt;b &amp; &quot;c&quot;&gt;\]\]&gt; ">/);
  });

  test('is well formed, whatever a registry says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, seen) => {
        const xml = junitText([diagnosis({ name, checks: [fail('api', seen, seen, [seen])] })]);
        const body = xml.replace('<?xml version="1.0" encoding="UTF-8"?>', '');
        const plain = body.replaceAll(/<\/?[a-z-]+(?: [a-z]+="[^"<]*")*\/?>/g, '');
        assert.doesNotMatch(plain, /[<>]/);
        assert.doesNotMatch(body, /&(?!(?:amp|lt|gt|quot|apos);)/);
        // What XML 1.0 does not have (section 2.2).
        assert.doesNotMatch(body, /[^\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
      }),
    );
  });
});

describe('a step that cannot be taken', () => {
  const failing = (code: 'SOURCE_HTTP_STATUS' | 'RATE_LIMITED' | 'LIMIT_EXCEEDED', cause?: Error) =>
    attempted(['tags', 'digests'], () => {
      throw new FederationError(code, 'it did not work', { cause });
    });

  test('fails its first check, skips the others, and does not repeat what the registry wrote', async () => {
    const checks = await failing('SOURCE_HTTP_STATUS', new Error('Authorization: Bearer secret'));
    assert.deepEqual(
      checks.map(({ id, status }) => `${id} ${status}`),
      ['tags fail', 'digests skip'],
    );
    assert.doesNotMatch(JSON.stringify(checks), /secret/);
  });

  test('is skipped as a whole where no more may be asked', async () => {
    for (const code of ['RATE_LIMITED', 'LIMIT_EXCEEDED'] as const) {
      assert.ok((await failing(code)).every(({ status }) => status === 'skip'));
    }
  });

  test('is a fault of this program where it throws anything else', async () => {
    await assert.rejects(
      attempted(['tags'], () => {
        throw new TypeError('x');
      }),
      TypeError,
    );
  });
});

test('reasons are listed each once, and at most three', () => {
  assert.equal(someOf(['a', 'a', 'b']), 'a; b');
  assert.equal(someOf(['a', 'b', 'c', 'd', 'e']), 'a; b; c; and 2 more');
});

test('the meter ends requests at their bound, those of isolated clients included', async () => {
  let sent = 0;
  const inner = {
    async bytes(request: { beforeAttempt?: () => Promise<void> }) {
      await request.beforeAttempt?.();
      sent += 1;
      return { status: 200, headers: {}, bytes: Buffer.alloc(0), excerpt: '' };
    },
    isolated: () => inner,
  } as unknown as HttpClient;
  const { httpClient, requests } = metered(inner);
  const request = {
    purpose: 'crawl',
    url: 'https://registry.kit.example/',
    maxBytes: 1,
    signal: AbortSignal.timeout(60_000),
  } as const;
  const isolated = httpClient.isolated({
    atOnce: 1,
    reach: () => ({ privateAddresses: true, authorities: null }),
  });
  for (let at = 0; at < MAX_REQUESTS; at += 1) await (at % 2 === 0 ? httpClient : isolated).bytes(request);
  await assert.rejects(isolated.bytes(request), { code: 'LIMIT_EXCEEDED' });
  assert.deepEqual([sent, requests()], [MAX_REQUESTS, MAX_REQUESTS]);
});
