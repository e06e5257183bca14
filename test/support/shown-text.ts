// Whether a document shows what came back, but for what legitimately changes from run to run.

/** Whether the document shows what came back, but for what legitimately changes and lines that it leaves out. */
export function isShown(shown: string, actual: string): boolean {
  const wanted = settled(shown).split('\n');
  const given = settled(actual).split('\n');
  let at = 0;
  for (const [index, line] of wanted.entries()) {
    if (line === '…') {
      const next = wanted[index + 1];
      if (next === undefined) return true;
      at = given.indexOf(next, at);
      if (at === -1) return false;
    } else {
      if (given[at] !== line) return false;
      at += 1;
    }
  }
  return at === given.length;
}

/** What legitimately changes from run to run: times, ages, ports, tokens, cursors, and what a bundle weighs. */
export function settled(text: string): string {
  return text
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:<port>')
    .replace(/eyJ[\w.-]+|<token>/g, '<token>')
    .replace(/\b\d+(?:\.\d+)? (?:ms|s)\b/g, '<time>')
    .replace(/"((?:start|end)?[cC]ursor)": "[^"]*"/g, '"$1": "<cursor>"')
    .replace(/"(expires|activated)": "[^"]*"/g, '"$1": "<time>"')
    .replace(/"(age|tookMs)": \d+/g, '"$1": <time>')
    .replace(/(\.tar\.gz +\w+) +\d+ +sha256:[0-9a-f]{64}/g, '$1 <bytes> <revision>')
    .replace(/ {2,}/g, '  ')
    .replace(/ +$/gm, '');
}

/** Registries are ready in any order. */
export function inOneOrder(banner: string): string {
  const lines = banner.split('\n');
  const isProgress = (line: string) => / {2}ok +\d+ images? /.test(line);
  const first = lines.findIndex(isProgress);
  const rest = lines.filter((line) => !isProgress(line));
  rest.splice(first, 0, ...lines.filter(isProgress).sort());
  return rest.join('\n');
}
