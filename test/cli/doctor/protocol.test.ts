import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  judgeApi,
  judgeAuthentication,
  judgeRealm,
  judgeRepositories,
  type RepositoryList,
} from '../../../src/cli/doctor/protocol.ts';
import { createRegistryHosts } from '../../../src/network/registry/registry-hosts.ts';

const hosts = (realms: readonly string[] = []) =>
  createRegistryHosts({ url: 'https://registry.kit.example', realms, storage: [], authorities: null });
const challenged = (header: string) => ({ status: 401, headers: { 'www-authenticate': header } });

describe('/v2/', () => {
  test('passes with 200, and with 401 and a challenge', () => {
    assert.equal(judgeApi({ status: 200, headers: {} }).status, 'pass');
    assert.equal(judgeApi(challenged('Basic realm="x"')).status, 'pass');
  });

  test('fails with 401 and no challenge that can be read, and with every other status', () => {
    assert.equal(judgeApi(challenged('')).status, 'fail');
    assert.equal(judgeApi(challenged('Bearer realm="unfinished')).status, 'fail');
    assert.match(judgeApi({ status: 302, headers: {} }).hint ?? '', /redirects/);
    assert.match(judgeApi({ status: 404, headers: {} }).hint ?? '', /root/);
  });
});

describe('a realm', () => {
  test('of the registry’s own host, or that is named, passes', () => {
    const own = judgeRealm(challenged('Bearer realm="https://registry.kit.example/token"'), hosts());
    assert.deepEqual([own.status, own.seen.includes('own host')], ['pass', true]);
    const other = challenged('Bearer realm="https://auth.kit.example/token"');
    assert.equal(judgeRealm(other, hosts(['auth.kit.example'])).status, 'pass');
  });

  test('on another host fails, with the line that names it', () => {
    const check = judgeRealm(challenged('Bearer realm="https://auth.kit.example/token"'), hosts());
    assert.equal(check.status, 'fail');
    assert.deepEqual(check.lines, ['realms: [auth.kit.example]']);
    const port = judgeRealm(challenged('Bearer realm="https://auth.kit.example:5001/token"'), hosts());
    assert.deepEqual(port.lines, ['realms: ["auth.kit.example:5001"]']);
  });

  test('by plain http fails, and naming it is no remedy', () => {
    const check = judgeRealm(challenged('Bearer realm="http://registry.kit.example/token"'), hosts());
    assert.deepEqual([check.status, check.lines], ['fail', []]);
  });

  test('is not needed for Basic, nor without a challenge', () => {
    assert.equal(judgeRealm(challenged('Basic realm="x"'), hosts()).status, 'pass');
    assert.equal(judgeRealm({ status: 200, headers: {} }, hosts()).status, 'pass');
    assert.equal(judgeRealm(challenged('Negotiate'), hosts()).status, 'fail');
    assert.equal(judgeRealm(challenged('Bearer realm="token"'), hosts()).status, 'fail');
  });
});

describe('authentication', () => {
  const asked = { status: 200, failure: null, isReadable: false, hasCredential: false };

  test('passes where /v2/ or a repository is answered', () => {
    assert.equal(judgeAuthentication(asked).status, 'pass');
    assert.equal(judgeAuthentication({ ...asked, status: 401, isReadable: true }).status, 'pass');
  });

  test('fails where neither is, with what the credential has to do with it', () => {
    assert.match(judgeAuthentication({ ...asked, status: 401 }).hint ?? '', /`credential`/);
    const refused = judgeAuthentication({
      ...asked,
      status: null,
      failure: { message: 'refused' },
      hasCredential: true,
    });
    assert.match(refused.hint ?? '', /is valid/);
  });
});

describe('the list of repositories', () => {
  const list: RepositoryList = { status: 200, listed: 3, more: false, matched: 2, isConfigured: true };

  test('passes where some are to be crawled, or all are named', () => {
    assert.equal(judgeRepositories(list).seen, '3 listed, 2 of them to be crawled');
    assert.match(judgeRepositories({ ...list, more: true }).seen, /^more than 3 listed/);
    assert.equal(judgeRepositories({ ...list, status: null }).status, 'pass');
  });

  test('that is not there fails where the crawl needs it, and is a warning of an address', () => {
    assert.equal(judgeRepositories({ ...list, status: 404 }).status, 'fail');
    const address = judgeRepositories({ ...list, status: 404, isConfigured: false });
    assert.equal(address.status, 'warn');
    assert.match(address.lines.join(), /^crawl: /);
  });

  test('of which none is to be crawled fails; an empty one is a warning', () => {
    assert.equal(judgeRepositories({ ...list, matched: 0 }).status, 'fail');
    assert.equal(judgeRepositories({ ...list, matched: 0, listed: 0 }).status, 'warn');
  });
});
