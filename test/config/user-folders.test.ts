import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cacheFolder, stateFolders } from '../../src/config/user-folders.ts';

describe('the state folder', () => {
  test('is XDG_STATE_HOME, else the home’s, else XDG_RUNTIME_DIR', () => {
    const env = { XDG_STATE_HOME: '/state', XDG_RUNTIME_DIR: '/run/user/7' };
    assert.deepEqual(stateFolders({ env, home: '/home/ada' }), [
      '/state/panfed',
      '/home/ada/.local/state/panfed',
      '/run/user/7/panfed',
    ]);
  });

  test('is never a relative path, nor one of nothing', () => {
    assert.deepEqual(stateFolders({ env: { XDG_STATE_HOME: 'state', XDG_RUNTIME_DIR: '' }, home: null }), []);
    assert.deepEqual(stateFolders({ env: {}, home: '' }), []);
  });
});

describe('the folder of what can be fetched again', () => {
  test('is below XDG_CACHE_HOME, else below the home', () => {
    assert.equal(cacheFolder({ env: { XDG_CACHE_HOME: '/cache' }, home: '/home/ada' }), '/cache/panfed');
    assert.equal(
      cacheFolder({ env: { XDG_CACHE_HOME: 'cache' }, home: '/home/ada' }),
      '/home/ada/.cache/panfed',
    );
  });

  test('is null for a user without a home', () => {
    assert.equal(cacheFolder({ env: {}, home: null }), null);
  });
});
