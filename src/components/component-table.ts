// Components, each once, as four numbers, and the way from a name to them.
import { Column } from './column.ts';
import type { Component } from './component.ts';
import { lookupKeys } from './component-choice.ts';
import { HashIndex, hashNumbers } from './hash-index.ts';
import { NameShares } from './name-shares.ts';
import { TextTable } from './text-table.ts';

/** In the pattern of a purl: where the name, and where the version of its component stands. Inert text has neither. */
const NAME = '\u0000';
const VERSION = '\u0001';
/** Before the first of a chain, and for what is null. */
const NOTHING = 0;

/** What one component is made of: ids of texts, 0 for null. Two with one `name` and one `pattern` are one package. */
export interface ComponentRow {
  readonly name: number;
  readonly version: number;
  readonly pattern: number;
}

/** Components by id, equal ones once; nothing is removed. Takes ids that it gave alone. */
export class ComponentTable {
  readonly #texts = new TextTable();
  readonly #names = new Column();
  readonly #versions = new Column();
  readonly #patterns = new Column();
  readonly #licenses = new Column();
  readonly #index = new HashIndex((id) => this.#hashAt(id));
  /** By the id of a key's text: the last link of its chain, from 1. */
  readonly #chains = new Column();
  /** The links of all chains: a component, and the link before. */
  readonly #linked = new Column();
  readonly #before = new Column();
  readonly #shares: NameShares;

  /** Has no component yet. `share` is that of {@link NameShares}. */
  constructor(share?: number) {
    this.#shares = new NameShares(share);
    this.#texts.add('');
    this.#linked.push(NOTHING);
    this.#before.push(NOTHING);
  }

  /** Components have ids from 0 to before this. */
  get length(): number {
    return this.#names.length;
  }

  /** Bytes that are allocated. */
  get bytes(): number {
    const columns = [
      ...[this.#names, this.#versions, this.#patterns, this.#licenses],
      ...[this.#chains, this.#linked, this.#before],
    ];
    const others = this.#texts.bytes + this.#index.bytes + this.#shares.bytes;
    return others + columns.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * The id of a component, which is added where it is not there; null: the owner may add no other of its name. Owner null: it
   * was there before, in another table.
   * @throws RangeError for a text of more than 65,535 bytes.
   */
  add(component: Component, owner: string | null): number | null {
    const name = this.#texts.add(component.name);
    const version = this.#textOrNull(component.version);
    const pattern = this.#textOrNull(patternOf(component));
    const license = this.#textOrNull(component.license);
    const hash = hashNumbers(name, version, pattern, license);
    const known = this.#index.find(
      hash,
      (id) =>
        this.#names.get(id) === name &&
        this.#versions.get(id) === version &&
        this.#patterns.get(id) === pattern &&
        this.#licenses.get(id) === license,
    );
    if (known !== -1) return known;
    const keys = lookupKeys(component).map((key) => this.#texts.add(key));
    if (owner !== null && !keys.every((key) => this.#shares.has(key, owner))) return null;
    const id = this.#names.push(name);
    this.#versions.push(version);
    this.#patterns.push(pattern);
    this.#licenses.push(license);
    this.#index.add(hash, id);
    for (const key of keys) {
      this.#link(key, id);
      this.#shares.count(key, owner);
    }
    return id;
  }

  /** The component of an id, equal to the one that was added. */
  get(id: number): Component {
    return {
      ...this.packageOf(id),
      version: this.versionOf(this.#versions.get(id)),
      license: this.#textAt(this.#licenses.get(id)),
    };
  }

  /** What the component of an id is made of. */
  row(id: number): ComponentRow {
    return { name: this.#names.get(id), version: this.#versions.get(id), pattern: this.#patterns.get(id) };
  }

  /** Name and purl of the component of an id. */
  packageOf(id: number): Pick<Component, 'name' | 'purl'> {
    const name = this.#texts.get(this.#names.get(id));
    const pattern = this.#textAt(this.#patterns.get(id));
    return {
      name,
      purl: pattern === null ? null : purlOf(pattern, name, this.versionOf(this.#versions.get(id))),
    };
  }

  /** The text of the `name` of a {@link ComponentRow}. */
  textOf(name: number): string {
    return this.#texts.get(name);
  }

  /** The text of the `version` of a {@link ComponentRow}; null where that is 0. */
  versionOf(version: number): string | null {
    return this.#textAt(version);
  }

  /** The ids of all components of which `key` is one of the {@link lookupKeys}, the last one that was added first. */
  *withKey(key: string): Generator<number> {
    const text = this.#texts.find(key);
    if (text === -1 || text >= this.#chains.length) return;
    for (let link = this.#chains.get(text); link !== NOTHING; link = this.#before.get(link)) {
      yield this.#linked.get(link);
    }
  }

  #link(key: number, id: number): void {
    this.#chains.growTo(key);
    this.#before.push(this.#chains.get(key));
    this.#chains.set(key, this.#linked.push(id));
  }

  #textOrNull(text: string | null): number {
    return text === null ? NOTHING : this.#texts.add(text);
  }

  #textAt(id: number): string | null {
    return id === NOTHING ? null : this.#texts.get(id);
  }

  #hashAt(id: number): number {
    return hashNumbers(
      this.#names.get(id),
      this.#versions.get(id),
      this.#patterns.get(id),
      this.#licenses.get(id),
    );
  }
}

/**
 * The purl without the component's name and version, which are nearly always in it: thousands of components share one
 * pattern. Where they are not, it is the purl itself.
 */
function patternOf({ name, version, purl }: Component): string | null {
  if (purl === null) return null;
  const path = encodedName(name);
  const behind = version === null ? '' : `@${encodedVersion(version)}`;
  const start = purl.indexOf('/') + 1;
  const at = purl.indexOf(`${path}${behind}`, start);
  // A name may also be part of the namespace: it is the last part of the path that counts.
  const end = at + path.length + behind.length;
  if (
    at < 0 ||
    path === '' ||
    purl[at - 1] !== '/' ||
    !(end === purl.length || '?#'.includes(purl[end] ?? ''))
  ) {
    return purl;
  }
  const pattern = `${purl.slice(0, at)}${NAME}${behind === '' ? '' : `@${VERSION}`}${purl.slice(end)}`;
  return purlOf(pattern, name, version) === purl ? pattern : purl;
}

const purlOf = (pattern: string, name: string, version: string | null): string =>
  pattern.replace(NAME, () => encodedName(name)).replace(VERSION, () => encodedVersion(version ?? ''));

const PLAIN = /^[\w.-]*$/;

/** As packageurl-js writes them; where it does otherwise, the pattern is the purl. */
const encodedName = (name: string): string =>
  PLAIN.test(name) ? name : encodeURIComponent(name.toWellFormed()).replaceAll('%2F', '/');
const encodedVersion = (version: string): string =>
  PLAIN.test(version)
    ? version
    : encodeURIComponent(version.toWellFormed()).replaceAll('%3A', ':').replaceAll('%2B', '+');
