// Where a JSON document ends: the SDK reads the data of a module up to there, and does not look at what follows.

/**
 * Whether nothing follows the object that it begins with, which the SDK would not notice. What is in the object is not
 * looked at: the SDK refuses it where it is no JSON.
 */
export function isOneObject(data: Uint8Array): boolean {
  let depth = 0;
  for (let index = 0; index < data.length; index++) {
    const byte = data[index];
    if (byte === QUOTE) index = endOfString(data, index);
    else if (byte === OPENS_OBJECT || byte === OPENS_LIST) depth++;
    else if (byte === CLOSES_OBJECT || byte === CLOSES_LIST) depth--;
    if (depth === 0 && byte === CLOSES_OBJECT) return data.subarray(index + 1).every(isSpace);
    if (depth === 0 && !isSpace(byte)) return false;
  }
  return false;
}

const [QUOTE, BACKSLASH, OPENS_OBJECT, CLOSES_OBJECT, OPENS_LIST, CLOSES_LIST] = Buffer.from('"\\{}[]');
const SPACES: ReadonlySet<number | undefined> = new Set(Buffer.from(' \t\r\n'));
const isSpace = (byte: number | undefined): boolean => SPACES.has(byte);

/** Of its closing quote, or of the end where there is none. */
function endOfString(data: Uint8Array, begin: number): number {
  let index = begin + 1;
  while (index < data.length && data[index] !== QUOTE) index += data[index] === BACKSLASH ? 2 : 1;
  return index;
}
