// The vocabulary that facilities, policies and callers share: the id that each name means.
import type { Condition, LicenseState } from '../model/license.ts';

export interface Term {
  readonly id: string;
  readonly label: string;
  /** Other names, as the file has them. */
  readonly synonyms: readonly string[];
}

/** A technique: a concept of PaNET, or of a lab. */
export interface Technique extends Term {
  /** null: there is none that may be shown. */
  readonly definition: string | null;
  /** Words of labs for it, beside its label and synonyms; each may mean something else elsewhere. */
  readonly terms: readonly string[];
  /** Ids of the nearest above it. */
  readonly broader: readonly string[];
  /** Ids of the nearest below it. */
  readonly narrower: readonly string[];
}

/** One of the meanings of a term. */
export interface Sense {
  readonly technique: Technique;
  /** Whether it is so for everybody: by a label or synonym of PaNET, or the label of a lab's own technique. */
  readonly isGeneral: boolean;
  /** Ids of the facilities whose own term it is, in federation.yaml's order. */
  readonly facilities: readonly string[];
}

/** Bytes that a file has at its beginning, or `offset` bytes behind it: pairs of hexadecimal digits. */
export interface Magic {
  readonly offset: number;
  readonly bytes: string;
}

/** What tells a format within its container: a path, where `*` is any name, its attribute and the value. */
export interface Mark {
  readonly path: string;
  readonly attribute?: string | undefined;
  readonly value?: string | undefined;
}

/** A data format. `synonyms`: the file's, and the endings that no other format has. */
export interface Format extends Term {
  /** Endings of file names, without the dot; others may have one of them, too. */
  readonly extensions: readonly string[];
  /** As registered with IANA or named by its specification, the main one first. */
  readonly mediaTypes: readonly string[];
  /** One for each variant of its beginning. */
  readonly magic: readonly Magic[];
  /** Ids of the formats that each of its files is a file of, too. */
  readonly isA: readonly string[];
  /** Id of the format that its files are as containers: HDF5 for NeXus. */
  readonly in: string | null;
  readonly mark: Mark | null;
  /** Its id in EDAM 1.25.3, where that has the very format. */
  readonly edam: string | null;
  /** Where it is defined or described. */
  readonly source: string | null;
}

/** Software with a name that scientists know. Ids are null where none is known to be its own. */
export interface Framework {
  readonly name: string;
  readonly synonyms: readonly string[];
  readonly homepage: string;
  /** A license expression by its authors' statement; null where it is not well known. */
  readonly license: string | null;
  /** Canonical names of the frameworks that it ships as a suite. */
  readonly holds: readonly string[];
  /** Canonical names of the suites that ship it. */
  readonly heldBy: readonly string[];
  /** Its id in bio.tools (https://bio.tools). */
  readonly biotools: string | null;
  /** Its research resource identifier, as `SCR_016284`. */
  readonly rrid: string | null;
  /** Its item in Wikidata, as `Q186590`. */
  readonly wikidata: string | null;
}

/** The meaning of a license text by the vocabulary. Conditions have the origin `license`. */
export interface LicenseReading {
  readonly state: LicenseState;
  readonly expression: string | null;
  readonly conditions: readonly Condition[];
  /** Whether the conditions of every id in the expression are stated. */
  readonly conditionsKnown: boolean;
}

/**
 * Lookups ignore case and surrounding space, {@link Vocabulary.narrowerFormats} excepted; a text of more than 1,024 UTF-16
 * units matches nothing. None of them throws.
 */
export interface Vocabulary {
  /**
   * The technique of an id, of PaNET in any of its forms (`PaNET01168`, its IRI), or of a label, synonym or term of a lab that
   * has one sense; null where there is none, or there are several. Hyphens and blanks, plural or singular, accents, and British or
   * American spelling make no difference.
   */
  technique(text: string): Technique | null;
  /** Every sense of a label, synonym or term of a lab; empty for an id, and for a text that nothing has. */
  senses(text: string): readonly Sense[];
  /**
   * The sense that a text has in what a facility says: that of an id, else the facility's own, else the one of a label or
   * synonym of the file; null where there is none, or there are several of the last. Terms of other facilities do not count.
   */
  techniqueAt(facility: string, text: string): Technique | null;
  /** The technique and all below it, as ids in the file's order; empty for an id that is not known. */
  narrower(id: string): readonly string[];
  /**
   * The data format of an id, label, synonym, EDAM id, media type or file name ending; null for a name of none, or of
   * several. With its dot (`.h5`) a text is an ending only.
   */
  format(text: string): Format | null;
  /** All data formats that a text may mean, such as the owners of an ending; empty where there is none. */
  formatsOf(text: string): readonly Format[];
  /**
   * The format and all whose files are files of it, or are in it as a container, as ids in the file's order; empty for what is
   * not the very id of one, case included.
   */
  narrowerFormats(id: string): readonly string[];
  /** The canonical name of a framework; null for a name that is not in the vocabulary, or is of several. */
  framework(text: string): string | null;
  /** All frameworks that a text may mean, with what is known of them; empty where there is none. */
  frameworksOf(text: string): readonly Framework[];
  /** Other spellings of a framework, as the file has them; empty where it has none, and as {@link framework} is null. */
  frameworkSynonyms(name: string): readonly string[];
  /**
   * The meaning of a license text; never null: one that is not recognized, or has more than 1,024 UTF-16 units, is
   * `declared`, and one that says nothing, as a blank one, `unknown`.
   */
  license(text: string): LicenseReading;
  /** Every technique, in the file's order; as the next three, for suggestions. */
  techniques(): readonly Technique[];
  /** Every data format, in the file's order. */
  formats(): readonly Format[];
  /** Every framework's canonical name. */
  frameworks(): readonly string[];
  /** Every license id: those of the SPDX License List that are not deprecated, then the vocabulary's own. */
  licenses(): readonly string[];
}
