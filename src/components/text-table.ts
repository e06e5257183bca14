// Texts, each once, as UTF-8 outside of the heap: a million names as strings of JavaScript take ten times as much, and every
// garbage collection walks them.
import { Column } from './column.ts';
import { HashIndex, hashBytes } from './hash-index.ts';

const BITS = 18;
const PAGE = 1 << BITS;
/** Before each text its length. */
const HEAD = 2;

/** Texts by id, each once; nothing is removed. A lone surrogate becomes U+FFFD. */
export class TextTable {
  readonly #pages: Buffer[] = [];
  /** Where texts begin: page and offset. */
  readonly #places = new Column();
  readonly #index = new HashIndex((id) => this.#hashAt(id));
  /** Bytes of the last page that are used; a page is full at first, so that the first text begins one. */
  #end = PAGE;
  readonly #scratch = Buffer.allocUnsafeSlow(PAGE);

  /** Texts have ids from 0 to before this. */
  get length(): number {
    return this.#places.length;
  }

  /** Bytes that are allocated. */
  get bytes(): number {
    return (this.#pages.length + 1) * PAGE + this.#places.bytes + this.#index.bytes;
  }

  /** The id of a text of at most 65,535 bytes in UTF-8, which is added where it is not there. Longer: a RangeError. */
  add(text: string): number {
    const length = this.#encode(text);
    const hash = hashBytes(this.#scratch, 0, length);
    const known = this.#find(hash, length);
    if (known !== -1) return known;
    if (length > 0xffff) throw new RangeError(`a text of ${length} bytes`);
    if (this.#end + HEAD + length > PAGE) {
      this.#pages.push(Buffer.allocUnsafeSlow(PAGE));
      this.#end = 0;
    }
    const page = this.#pages[this.#pages.length - 1] as Buffer;
    page[this.#end] = length & 0xff;
    page[this.#end + 1] = length >>> 8;
    this.#scratch.copy(page, this.#end + HEAD, 0, length);
    const id = this.#places.push((this.#pages.length - 1) * PAGE + this.#end);
    this.#end += HEAD + length;
    this.#index.add(hash, id);
    return id;
  }

  /** The id of a text; -1 if it is not there. */
  find(text: string): number {
    const length = this.#encode(text);
    return this.#find(hashBytes(this.#scratch, 0, length), length);
  }

  /** The text of an id that {@link add} gave. */
  get(id: number): string {
    const place = this.#places.get(id);
    const page = this.#pages[place >>> BITS] as Buffer;
    const head = place & (PAGE - 1);
    return page.toString('utf8', head + HEAD, head + HEAD + lengthAt(page, head));
  }

  /** How many bytes of the scratch the text fills; a text that is too long is cut, and then refused or not found. */
  #encode(text: string): number {
    const { length } = text;
    if (length <= 256) {
      let index = 0;
      for (; index < length; index += 1) {
        const unit = text.charCodeAt(index);
        if (unit > 0x7f) break;
        this.#scratch[index] = unit;
      }
      if (index === length) return length;
    }
    return this.#scratch.write(text, 'utf8');
  }

  #find(hash: number, length: number): number {
    const scratch = this.#scratch;
    return this.#index.find(hash, (id) => {
      const place = this.#places.get(id);
      const page = this.#pages[place >>> BITS] as Buffer;
      const head = place & (PAGE - 1);
      if (lengthAt(page, head) !== length) return false;
      const start = head + HEAD;
      for (let index = 0; index < length; index += 1) {
        if (page[start + index] !== scratch[index]) return false;
      }
      return true;
    });
  }

  #hashAt(id: number): number {
    const place = this.#places.get(id);
    const page = this.#pages[place >>> BITS] as Buffer;
    const head = place & (PAGE - 1);
    return hashBytes(page, head + HEAD, head + HEAD + lengthAt(page, head));
  }
}

const lengthAt = (page: Buffer, head: number): number =>
  (page[head] as number) | ((page[head + 1] as number) << 8);
