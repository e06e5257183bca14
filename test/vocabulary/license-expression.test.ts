import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readVocabularyFile } from '../../src/vocabulary/document.ts';
import { licenseExpression } from '../../src/vocabulary/license-expression.ts';
import { indexLicenseNames } from '../../src/vocabulary/license-names.ts';
import { licensesSchema } from '../../src/vocabulary/license-schema.ts';

const file = readVocabularyFile(new URL('../../vocabularies/licenses.yaml', import.meta.url), licensesSchema);
const names = indexLicenseNames(file);

/** One behaviour, its texts and their expressions. */
const rules: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  'an id is put into canonical case': {
    mit: 'MIT',
    'APACHE-2.0': 'Apache-2.0',
    'licenseref-cryosparc': 'LicenseRef-cryoSPARC',
    'gpl-2.0-ONLY': 'GPL-2.0-only',
  },
  'a deprecated id becomes what SPDX replaced it by': {
    'GPL-3.0': 'GPL-3.0-only',
    'LGPL-2.1+': 'LGPL-2.1-or-later',
    'GPL-2.0-with-classpath-exception': 'GPL-2.0-only WITH Classpath-exception-2.0',
    'BSD-2-Clause-NetBSD': 'BSD-2-Clause',
  },
  "Debian's short names are read as its copyright format defines them": {
    'GPL-2+': 'GPL-2.0-or-later',
    'LGPL-2': 'LGPL-2.0-only',
    Expat: 'MIT',
    'BSD-3-clause': 'BSD-3-Clause',
    Perl: 'GPL-1.0-or-later OR Artistic-1.0-Perl',
    'public-domain': 'LicenseRef-public-domain',
  },
  "R's license field is read as its manual defines it": {
    'GPL (>= 2)': 'GPL-2.0-or-later',
    'GPL (== 2)': 'GPL-2.0-only',
    'GPL-2 | GPL-3': 'GPL-2.0-only OR GPL-3.0-only',
    'MIT + file LICENSE': 'MIT',
    'BSD_3_clause + file LICENSE': 'BSD-3-Clause',
    // the file may restrict further
    'GPL-3 + file LICENSE': null,
  },
  "Python's classifiers are read where they say a version": {
    'License :: OSI Approved :: MIT License': 'MIT',
    'License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)': 'GPL-3.0-or-later',
    'License :: OSI Approved :: BSD License': null,
    'License :: OSI Approved :: Apache Software License': null,
  },
  'full names are read with their versions': {
    'Apache License, Version 2.0': 'Apache-2.0',
    'GNU Lesser General Public License v2.1 or later': 'LGPL-2.1-or-later',
    'Mozilla Public License, v. 2.0': 'MPL-2.0',
    'three-clause BSD license': 'BSD-3-Clause',
    'Creative Commons Attribution 4.0 International': 'CC-BY-4.0',
  },
  'a name that says no version, or no license, is not guessed at': {
    GPL: null,
    LGPL: null,
    BSD: null,
    'BSD-like': null,
    'PacBio-BSD-3-Clause': null,
    Artistic: null,
    CeCILL: null,
    'CC-4.0': null,
    custom: null,
    unrestricted: null,
    'Free for academic use': null,
    'not MIT': null,
    'BSL 1.1': null,
    // some call BSD-3-Clause so
    'BSD 2.0': null,
    'BSD-2.0': null,
    'BSD v3': null,
    'BSD License, version 2': null,
    'MIT v0': null,
    'BSD-2': 'BSD-2-Clause',
    'MIT 0': 'MIT-0',
  },
  'a parenthesis is read where it says the same again': {
    'Apache License 2.0 (Apache-2.0)': 'Apache-2.0',
    'GNU General Public License v2 or later (GPLv2+)': 'GPL-2.0-or-later',
    'GNU General Public License (GPL) version 3 or later': 'GPL-3.0-or-later',
    'European Union Public Licence 1.2 (EUPL 1.2)': 'EUPL-1.2',
    'BSD (3-clause)': 'BSD-3-Clause',
    'MIT (Apache-2.0)': null,
    'GNU General Public License v2 (GPLv2+)': null,
    'MIT (non-commercial only)': null,
    'MIT ()': null,
    'MIT (MIT) (MIT)': null,
  },
  'a version behind "or" is of the name before it': {
    'GPL v2 or v3': 'GPL-2.0-only OR GPL-3.0-only',
    'GPL version 2 or version 3': 'GPL-2.0-only OR GPL-3.0-only',
    'LGPL-2.1 or 3+': 'LGPL-2.1-only OR LGPL-3.0-or-later',
    'CC-BY-NC 3.0 or 4.0': 'CC-BY-NC-3.0 OR CC-BY-NC-4.0',
    'MIT or 3': null,
    'GPL 2 and 3': null,
    'GPL or 3': null,
    'or 3': null,
    'GPL v2 or v9': null,
    'GPL v1 or v2 or v3': 'GPL-1.0-only OR GPL-2.0-only OR GPL-3.0-only',
  },
  'what stands beside two versions of one license holds for both': {
    'XDS and GPL v2 or v3': 'LicenseRef-XDS AND (GPL-2.0-only OR GPL-3.0-only)',
    'GPL v2 or v3 and XDS': '(GPL-2.0-only OR GPL-3.0-only) AND LicenseRef-XDS',
    'GPL v2 or v3 or MIT': 'GPL-2.0-only OR GPL-3.0-only OR MIT',
    // whether it is for v2 as well is not said
    'GPL v2 or v3 with Classpath exception': null,
  },
  'joiners are read where their meaning is certain': {
    'GPL-2+ and BSD-3-clause': 'GPL-2.0-or-later AND BSD-3-Clause',
    'MIT || Apache-2.0': 'MIT OR Apache-2.0',
    'MIT/Apache-2.0': 'MIT OR Apache-2.0',
    'MIT, BSD-3-Clause': null,
    'BSD-3-Clause/colormap': null,
    'MIT and/or GPL-2': null,
    'MIT & GPL-2': null,
  },
  '"and" binds tighter than "or", and parentheses stay where they are needed': {
    'MIT or ISC and Zlib': 'MIT OR ISC AND Zlib',
    '(mit or isc) and zlib': '(MIT OR ISC) AND Zlib',
    '((MIT))': 'MIT',
    'MIT or (ISC or Zlib)': 'MIT OR ISC OR Zlib',
    'Perl and MIT': '(GPL-1.0-or-later OR Artistic-1.0-Perl) AND MIT',
  },
  'a comma beside "and" or "or" is read where only one of the two is there': {
    'MIT, or GPL-3': 'MIT OR GPL-3.0-only',
    'MIT or ISC, or GPL-3': 'MIT OR ISC OR GPL-3.0-only',
    'MIT, and XDS': 'MIT AND LicenseRef-XDS',
    // Debian's copyright format: (MIT or GPL-2) and XDS
    'MIT or GPL-2, and XDS': null,
    'XDS, and MIT or GPL-2': null,
    'Apache License, Version 2.0 or MIT and Zlib': 'Apache-2.0 OR MIT AND Zlib',
  },
  'one part that is not known makes the whole not known': {
    'GPL-2+ or Research-Use-Only or GPL-3+': null,
    'MIT and': null,
    'or MIT': null,
    '(MIT': null,
    'MIT)': null,
    'MIT MIT': null,
    '()': null,
  },
  'an exception is read where SPDX has it': {
    'GPL-2+ with Classpath exception': 'GPL-2.0-or-later WITH Classpath-exception-2.0',
    'gpl-3.0-only with gcc-exception-3.1': 'GPL-3.0-only WITH GCC-exception-3.1',
    'GPL-3+ with OpenSSL exception': null,
    'Perl with Classpath exception': null,
    '(MIT or ISC) with LLVM-exception': null,
  },
  'the plus stays on ids with a version that SPDX has no scope for': {
    'EPL-2.0+': 'EPL-2.0+',
    'Apache License 2.0 or later': 'Apache-2.0+',
    'MIT+': null,
  },
  'the prefix SPDX: is not part of the name': {
    'SPDX:MIT': 'MIT',
    'spdx::GPL-2-only': 'GPL-2.0-only',
    'SPDX:Custom': null,
  },
};

describe('license expressions', () => {
  for (const [rule, texts] of Object.entries(rules)) {
    test(rule, () => {
      for (const [text, expression] of Object.entries(texts)) {
        assert.equal(licenseExpression(text, names), expression, text);
      }
    });
  }

  test('every reviewed name of the packaged file has the meaning that it is given there', () => {
    for (const [expression, spellings] of Object.entries(file.names)) {
      for (const text of spellings) assert.equal(licenseExpression(text, names), expression, text);
    }
    for (const { id, names: spellings } of file.references) {
      for (const text of [id, ...spellings]) assert.equal(licenseExpression(text, names), id, text);
    }
  });

  test('a text of many joiners is read or refused whole', () => {
    const many = (count: number, name: string): string => Array(count).fill(name).join(' or ');
    assert.equal(licenseExpression(many(140, 'mit'), names), many(140, 'MIT').replaceAll(' or ', ' OR '));
    for (const text of [`${many(140, 'MIT')} or x`, '('.repeat(1_024), ' or'.repeat(341), many(400, 'MIT')]) {
      assert.equal(licenseExpression(text, names), null);
    }
  });
});
