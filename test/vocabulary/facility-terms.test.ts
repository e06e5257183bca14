import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { termSchema } from '../../src/config/terms.ts';
import { readFacilityTerms } from '../../src/vocabulary/facility-terms.ts';
import { indexSenses } from '../../src/vocabulary/senses.ts';
import { indexTechniques, techniquesSchema } from '../../src/vocabulary/techniques.ts';
import fc, { runs } from '../support/fast-check.ts';

const FILE = techniquesSchema.parse({
  about: {},
  techniques: [
    { id: 'PaNET00001', label: 'technique', synonyms: [], parents: [] },
    { id: 'PaNET00002', label: 'electron microscopy', synonyms: ['EM'], parents: ['PaNET00001'] },
    { id: 'PaNET00003', label: 'tomography', synonyms: [], parents: ['PaNET00001'] },
    { id: 'PaNET00004', label: 'imaging', synonyms: [], parents: ['PaNET00001'] },
    { id: 'PaNET00005', label: 'Imaging', synonyms: [], parents: ['PaNET00001'] },
  ],
});

type Terms = Readonly<Record<string, readonly object[]>>;

function read(stated: Terms) {
  const facilities = Object.entries(stated).map(([id, terms]) => ({
    id,
    terms: terms.map((one) => termSchema.parse(one)),
  }));
  const problems: string[] = [];
  const { own, terms } = readFacilityTerms(facilities, indexTechniques(FILE), (path, message, hint) => {
    problems.push([path.join('.'), message, hint].join(' | '));
  });
  const techniques = indexTechniques(FILE, { own, terms });
  return { problems, own, ...techniques, ...indexSenses(techniques, terms) };
}

const LABS = {
  esrf: [],
  kit: [
    { term: 'EM', label: 'expectation maximization', definition: 'By likelihood.', broader: ['tomography'] },
  ],
  hzb: [{ term: 'em', label: 'electromagnetic simulation' }],
  psi: [{ term: 'E-M', technique: 'electron microscopy' }],
};

describe('a term of a facility', () => {
  const { problems, senses, technique, techniqueAt, narrower, byId } = read(LABS);

  test('has the senses of PaNET and of each facility, with who means it so', () => {
    assert.deepEqual(problems, []);
    assert.deepEqual(
      senses('EM').map(({ technique: { id }, isGeneral, facilities }) => [id, isGeneral, facilities]),
      [
        ['PaNET00002', true, ['psi']],
        ['term:expectation-maximization', false, ['kit']],
        ['term:electromagnetic-simulation', false, ['hzb']],
      ],
    );
    assert.equal(technique('EM'), null);
  });

  test('means at the facility what it says, and elsewhere what PaNET says', () => {
    assert.equal(techniqueAt('kit', 'EM')?.label, 'expectation maximization');
    assert.equal(techniqueAt('hzb', 'E M')?.label, 'electromagnetic simulation');
    for (const facility of ['esrf', 'psi', 'nobody'])
      assert.equal(techniqueAt(facility, 'EM')?.id, 'PaNET00002');
  });

  test('may be of a technique that is below those of PaNET, and is found by its own name and id', () => {
    const own = byId('term:expectation-maximization');
    assert.deepEqual(own, {
      ...{ id: 'term:expectation-maximization', label: 'expectation maximization', synonyms: [] },
      ...{ definition: 'By likelihood.', terms: ['EM'], broader: ['PaNET00003'], narrower: [] },
    });
    assert.deepEqual(narrower('PaNET00003'), ['PaNET00003', own?.id]);
    assert.ok(narrower('PaNET00001').includes(own?.id ?? ''));
    for (const text of [
      'Expectation-Maximization',
      'term:expectation-maximization',
      'expectation maximisation',
    ]) {
      assert.equal(technique(text), own, text);
      assert.equal(techniqueAt('hzb', text), own, text);
    }
    assert.deepEqual(byId('PaNET00003')?.narrower, [own?.id]);
  });

  test('is as ambiguous as PaNET is where no facility has it', () => {
    const plain = read({ esrf: [] });
    assert.equal(plain.technique('EM')?.id, 'PaNET00002');
    assert.equal(plain.technique('imaging'), null);
    assert.equal(plain.senses('imaging').length, 2);
  });

  test('that two facilities give with one label has one meaning', () => {
    const {
      own,
      senses: found,
      problems: none,
    } = read({
      kit: [{ term: 'EM', label: 'Expectation  maximization', definition: 'By likelihood.' }],
      psi: [
        { term: 'EM', label: 'expectation-maximization' },
        { term: 'ML', label: 'expectation maximization' },
      ],
    });
    assert.deepEqual(none, []);
    assert.equal(own.length, 1);
    assert.deepEqual(
      found('EM').map(({ facilities }) => facilities),
      [[], ['kit', 'psi']],
    );
  });
});

describe('terms that are not right', () => {
  for (const [what, stated, right] of [
    [
      'a technique that PaNET does not have',
      { kit: [{ term: 'TM', technique: 'tomografy' }] },
      'facilities.0.terms.0.technique | PaNET has no technique called "tomografy" | Did you mean tomography?',
    ],
    [
      'one that PaNET has twice',
      { kit: [{ term: 'IM', technique: 'imaging' }] },
      'facilities.0.terms.0.technique | PaNET has 2 techniques called "imaging" | Give one of their ids: PaNET00004, PaNET00005.',
    ],
    [
      'a label that is PaNET’s',
      { kit: [{ term: 'TM', label: 'Tomography' }] },
      'facilities.0.terms.0.label | PaNET has "Tomography" | Give `technique: PaNET00003` instead.',
    ],
    [
      'a term twice',
      {
        kit: [
          { term: 'T M', label: 'a' },
          { term: 'tm', label: 'b' },
        ],
      },
      'facilities.0.terms.1.term | kit gives "tm" twice | ',
    ],
    [
      'a label that another facility defines otherwise',
      {
        kit: [{ term: 'A', label: 'a', definition: 'one' }],
        psi: [{ term: 'A', label: 'a', definition: 'other' }],
      },
      'facilities.1.terms.0.label | kit gives "a" another definition, or other broader techniques | Say the same, leave it to the first that says it, or give another label.',
    ],
  ] as const) {
    test(`are reported: ${what}`, () => {
      assert.deepEqual(read(stated as Terms).problems, [right]);
    });
  }

  test('are refused where they say neither what PaNET has nor a label, or both', () => {
    for (const term of [
      { term: 'A' },
      { term: 'A', technique: 'x', label: 'y' },
      { term: 'A', technique: 'x', definition: 'z' },
    ]) {
      assert.equal(termSchema.safeParse(term).success, false);
    }
  });
});

test('a term that a facility adds changes no meaning of another text, and what a text meant stays one of its senses', () => {
  const word = fc.constantFrom('EM', 'ML', 'tomography', 'imaging', 'expectation maximization', 'xyz');
  const term = fc.oneof(
    fc.record({ term: word, technique: fc.constantFrom('PaNET00002', 'PaNET00003') }),
    fc.record({ term: word, label: fc.constantFrom('expectation maximization', 'simulation') }),
  );
  const labs = fc.record({
    kit: fc.uniqueArray(term, { selector: (one) => one.term, maxLength: 3 }),
    psi: fc.uniqueArray(term, { selector: (one) => one.term, maxLength: 3 }),
  });
  fc.assert(
    fc.property(labs, term, word, (before, added, text) => {
      const first = read(before);
      const more = read({ ...before, hzb: [added] });
      const ids = ({ senses }: ReturnType<typeof read>) => senses(text).map(({ technique }) => technique.id);
      for (const id of ids(first)) assert.ok(ids(more).includes(id));
      for (const facility of ['kit', 'psi', 'esrf']) {
        const was = first.techniqueAt(facility, text)?.id;
        if (was !== undefined) assert.equal(more.techniqueAt(facility, text)?.id, was);
      }
      for (const id of ['PaNET00001', 'PaNET00003']) {
        for (const narrower of first.narrower(id)) assert.ok(more.narrower(id).includes(narrower));
      }
    }),
    { numRuns: runs(200) },
  );
});
