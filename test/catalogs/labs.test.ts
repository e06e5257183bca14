// What each lab's catalog was asked to show, from the survey of 2016 and for the policies' sake.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ImageRecord } from '../../src/model/image.ts';
import { catalogs, demo, held, kindsOf, records } from './demo.ts';

const DEVELOPERS = 'urn:geant:elettra.eu:group:developers';
const of = (facility: string): readonly ImageRecord[] =>
  records.filter((record) => record.facility === facility);
const isOpen = ({ sharing, license }: ImageRecord): boolean =>
  sharing === 'open' && license.conditionsKnown && license.conditions.length === 0;

describe('RELION', () => {
  test('is at ESRF in three versions or more', () => {
    const versions = new Set(
      held('esrf', 'RELION').flatMap(({ frameworks }) => frameworks.map(({ version }) => version)),
    );
    assert.ok(versions.size >= 3, [...versions].join(' '));
  });

  for (const lab of ['esrf', 'desy', 'dls']) {
    test(`is open at ${lab}, under the GPL however the lab spells it`, () => {
      assert.ok(held(lab, 'RELION').length > 0);
      for (const record of held(lab, 'RELION')) {
        assert.ok(isOpen(record), record.id);
        assert.equal(record.license.expression, 'GPL-2.0-only');
      }
    });
  }
});

describe('XDS', () => {
  for (const lab of ['esrf', 'dls']) {
    test(`is at ${lab} for academic use only, listed`, () => {
      assert.ok(held(lab, 'XDS').length > 0);
      for (const record of held(lab, 'XDS')) {
        assert.equal(record.sharing, 'conditional', record.id);
        assert.equal(record.listed, true, record.id);
        assert.equal(record.license.conditionsKnown, true, record.id);
        assert.ok(kindsOf(record).includes('academic'), record.id);
      }
    });
  }
});

describe('cryoSPARC', () => {
  test('is at DESY alone, for its registered group and to run only there', () => {
    const images = records.filter(({ frameworks }) => frameworks.some(({ name }) => name === 'cryoSPARC'));
    assert.deepEqual([...new Set(images.map(({ facility }) => facility))], ['desy']);
    for (const { sharing, license } of images) {
      assert.equal(sharing, 'conditional');
      const stated = license.conditions.filter(({ origin }) => origin === 'facility');
      const registered = stated.find(({ kind }) => kind === 'registeredGroup');
      assert.deepEqual(registered?.groups, ['urn:geant:desy.de:group:cryoem']);
      assert.deepEqual(stated.find(({ kind }) => kind === 'site')?.sites, ['desy']);
    }
  });
});

describe('DESY', () => {
  test('keeps staff and user images apart', () => {
    for (const { repository, suppliedBy } of of('desy')) {
      assert.ok(repository.startsWith(suppliedBy === 'staff' ? 'staff/' : 'users/'), repository);
    }
  });

  test('has SIMEX in several versions', () => {
    assert.ok(held('desy', 'SIMEX').filter(({ repository }) => repository === 'staff/simex').length >= 3);
  });

  test('has open images that users supplied', () => {
    assert.ok(of('desy').filter((record) => record.suppliedBy === 'user' && isOpen(record)).length >= 3);
  });

  test('has images that are not shareable at all, with a group that may run them and without', () => {
    const kept = of('desy').filter(({ sharing }) => sharing === 'none');
    assert.ok(kept.some(({ groups }) => groups.includes('urn:geant:desy.de:group:staff')));
    assert.ok(kept.some(({ groups }) => groups.length === 0));
  });
});

describe('ISIS', () => {
  test('has a registry on Docker Hub and one on GitHub', () => {
    const keys = catalogs.filter(({ facility }) => facility === 'isis').map(({ registry }) => registry);
    assert.deepEqual(keys, ['dockerhub', 'ghcr']);
  });

  test('has EPICS and Plankton', () => {
    assert.ok(held('isis', 'EPICS').some(isOpen));
    assert.ok(held('isis', 'Plankton').some(isOpen));
  });

  test('holds one digest in both of its registries', () => {
    const [hub = [], ghcr = []] = catalogs
      .filter(({ facility }) => facility === 'isis')
      .map((catalog) => catalog.records.map(({ digest }) => digest));
    assert.ok(hub.some((digest) => ghcr.includes(digest)));
  });
});

describe('ESRF', () => {
  test('has ISPyB', () => assert.ok(held('esrf', 'ISPyB').length >= 3));

  test('has images that only its EM group may know of', () => {
    const group = 'urn:geant:esrf.eu:group:em';
    const hidden = of('esrf').filter(({ sharing, listed }) => sharing === 'conditional' && !listed);
    assert.ok(hidden.some(({ groups }) => groups.length === 1 && groups.includes(group)));
  });

  test('has images that show each of open, conditional and none', () => {
    const sharings = new Set(of('esrf').map(({ sharing }) => sharing));
    assert.deepEqual([...sharings].sort(), ['conditional', 'none', 'open']);
  });
});

describe('KIT', () => {
  test('is about tomography: UFO, tofu, ASTRA and TomoPy', () => {
    for (const name of ['UFO', 'tofu', 'ASTRA', 'TomoPy']) assert.ok(held('kit', name).some(isOpen), name);
  });
});

describe('ALBA', () => {
  test('has Tango and Sardana on Docker Hub', () => {
    for (const name of ['Tango', 'Sardana']) {
      assert.ok(
        held('alba', name).some((record) => record.registry === 'dockerhub' && isOpen(record)),
        name,
      );
    }
  });
});

describe('ELETTRA', () => {
  const restricted = of('elettra').filter(({ sharing }) => sharing === 'conditional');

  test('has unlisted images that its developers alone may know of', () => {
    const theirs = restricted.filter(({ listed, groups }) => !listed && groups.join() === DEVELOPERS);
    assert.ok(theirs.length >= 3);
    // The federation's rules let them pull one of these: its terms are known.
    assert.ok(theirs.some(({ license }) => license.conditionsKnown));
  });

  test('has images that its system administrators alone may know of', () => {
    const group = 'urn:geant:elettra.eu:group:sysadmins';
    assert.ok(restricted.some(({ listed, groups }) => !listed && groups.join() === group));
  });

  test('holds, unlisted, a digest that another lab shows to everyone', () => {
    const open = new Set(
      records.filter((record) => record.facility !== 'elettra' && isOpen(record)).map(({ digest }) => digest),
    );
    assert.ok(restricted.some(({ listed, digest }) => !listed && open.has(digest)));
  });
});

describe('HZB', () => {
  test('has ICAT', () => assert.ok(held('hzb', 'ICAT').some(isOpen)));

  test('has software whose license server can be reached at HZB', () => {
    const reachable = demo.config.facilities.find(({ id }) => id === 'hzb')?.licenseServers ?? [];
    for (const name of ['MATLAB', 'COMSOL']) {
      const servers = held('hzb', name).flatMap(({ license }) =>
        license.conditions.flatMap((condition) => condition.servers),
      );
      assert.ok(servers.length > 0, name);
      for (const server of servers) assert.ok(reachable.includes(server), server);
    }
  });
});

describe('over the labs', () => {
  test('one digest is held by three labs, and shown by them to everyone', () => {
    const holders = new Map<string, Set<string>>();
    for (const { digest, facility, sharing } of records) {
      if (digest === null || sharing !== 'open') continue;
      holders.set(digest, (holders.get(digest) ?? new Set()).add(facility));
    }
    const largest = [...holders.values()].filter(({ size }) => size >= 3).map((labs) => [...labs].sort());
    assert.deepEqual(largest, [['desy', 'dls', 'esrf']]);
  });

  test('some images have no license stated, some a text that is not recognized', () => {
    const count = (state: string): number => records.filter(({ license }) => license.state === state).length;
    assert.ok(count('unknown') >= 10);
    assert.ok(count('declared') >= 5);
  });

  test('registries that cannot say who may use an image leave it to federation.yaml', () => {
    const served = catalogs.filter(({ isServed }) => isServed);
    assert.deepEqual(
      served.map(({ facility, registry }) => `${facility}/${registry}`),
      ['psi/harbor', 'isis/dockerhub', 'isis/ghcr', 'alba/dockerhub', 'elettra/internal', 'hzb/dockerhub'],
    );
    for (const { repository, sharing, groups } of served.flatMap(({ entries }) => entries)) {
      assert.deepEqual([sharing, groups], [undefined, undefined], repository);
    }
  });

  test('each kind of condition is stated somewhere', () => {
    const kinds = new Set(records.flatMap(kindsOf));
    assert.deepEqual([...kinds].sort(), [
      'academic',
      'exportControl',
      'licenseServer',
      'namedUser',
      'nonCommercial',
      'registeredGroup',
      'site',
    ]);
  });
});
