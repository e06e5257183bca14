// Templates: whatever a text holds, it stays text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Content, html, joined } from '../../src/page/html.ts';
import fc from '../support/fast-check.ts';

test('markup characters in a text are escaped, in content and in attributes', () => {
  const hostile = `"><script>alert('1') & more</script>`;
  assert.equal(
    html`<a title="${hostile}">${hostile}</a>`.toString(),
    `<a title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;) &amp; more&lt;/script&gt;">&quot;&gt;&lt;script&gt;alert(&#39;1&#39;) &amp; more&lt;/script&gt;</a>`,
  );
});

test('no text at all leaves its element or its attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const written = html`<b title="${text}">${text}</b>`.toString();
      const match = /^<b title="([^"]*)">([^<>"']*)<\/b>$/.exec(written);
      assert.ok(match, written);
      assert.equal(match[1], match[2]);
      assert.doesNotMatch(written, /[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]/u);
      assert.ok(written.isWellFormed());
    }),
  );
});

test('bidi and control characters are gone', () => {
  assert.equal(html`${'relion\u202egnp.exe\u0000\u0007'}`.toString(), 'reliongnp.exe ');
});

test('markup stays markup, lists are written one after the other, and nothing is nothing', () => {
  const contents: Content[] = [html`<i>a</i>`, 'b', 0, null, undefined, false, ['c', [html`<i>d</i>`]]];
  assert.equal(html`<p>${contents}</p>`.toString(), '<p><i>a</i>b0c<i>d</i></p>');
});

test('an object that only looks like markup is not markup', () => {
  const forged = { toString: () => '<script>' } as unknown as Content;
  assert.throws(() => html`${forged}`.toString(), TypeError);
});

test('an attribute without quotes is refused', () => {
  assert.throws(() => html`<a href=${'x'}>`, /needs quotes/);
});

test('contents are joined by text or markup', () => {
  assert.equal(joined(['a', html`<i>b</i>`, 'c<'], html`<br>`).toString(), 'a<br><i>b</i><br>c&lt;');
  assert.equal(joined([], ', ').toString(), '');
});
