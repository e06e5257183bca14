import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isPublicAddress } from '../../src/network/public-address.ts';
import fc from '../support/fast-check.ts';

const PUBLIC = [
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.1',
  '100.63.255.255',
  '172.32.0.1',
  '193.0.6.139',
  '223.255.255.255',
];
const PUBLIC_6 = ['2001:4860:4860::8888', '2600::1', '2a00:1450:4001::1', '64:ff9b::8.8.8.8'];

const SPECIAL: Readonly<Record<string, readonly string[]>> = {
  'this host': ['0.0.0.0', '0.1.2.3', '::'],
  loopback: ['127.0.0.1', '127.255.0.1', '::1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1'],
  'link-local, metadata of clouds included': ['169.254.169.254', 'fe80::1', 'fe80::1%eth0'],
  'of carriers (CGNAT)': ['100.64.0.1', '100.127.255.255'],
  'unique local': ['fc00::1', 'fd12:3456::1', 'fd00:ec2::254'],
  'IPv4-mapped, of whatever address': ['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1'],
  'IPv4-compatible': ['::127.0.0.1', '::8.8.8.8'],
  'translated private': [
    '64:ff9b::10.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::8.8.8.8',
  ],
  '6to4 and Teredo': ['2002:7f00:1::', '2002:a00:1::1', '2001::1'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  benchmarking: ['198.18.0.1', '198.19.255.255'],
  'multicast, reserved and broadcast': ['224.0.0.1', '240.0.0.1', '255.255.255.255', 'ff02::1'],
  'deprecated site-local': ['fec0::1'],
  'no address': ['', 'localhost', '8.8.8', '0x08080808', '[2600::1]', '8.8.8.8:80'],
};

describe('an address', () => {
  test('is public where it belongs to the Internet', () => {
    for (const address of [...PUBLIC, ...PUBLIC_6]) assert.equal(isPublicAddress(address), true, address);
  });

  for (const [kind, addresses] of Object.entries(SPECIAL)) {
    test(`is not public: ${kind}`, () => {
      for (const address of addresses) assert.equal(isPublicAddress(address), false, address);
    });
  }

  test('is never public as IPv4 within IPv6, unless a translator leads to a public one', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        assert.equal(isPublicAddress(`::ffff:${address}`), false);
        assert.equal(isPublicAddress(`::${address}`), false);
        assert.equal(isPublicAddress(`64:ff9b::${address}`), isPublicAddress(address));
      }),
    );
  });
});
