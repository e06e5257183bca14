// The signer whom a certificate of Fulcio names: the issuer of the token that was shown, and its subject.
// https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
import type { ASN1Obj } from '@sigstore/core';
import type { Certificate } from './certificate.ts';
import { identityText } from './exact-text.ts';

/** The issuer as bytes, and as an UTF8String. */
const ISSUER_V1 = '1.3.6.1.4.1.57264.1.1';
const ISSUER_V2 = '1.3.6.1.4.1.57264.1.8';
const UTF8_STRING = 0x0c;
/** GeneralName (RFC 5280, section 4.2.1.6): otherName, rfc822Name and uniformResourceIdentifier. */
const OTHER_NAME = 0;
const EMAIL = 1;
const URI = 6;
/** The otherName that has a user's name. */
const USER_NAME = '1.3.6.1.4.1.57264.1.7';

/** Whom a certificate names. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/**
 * The identity, by Fulcio's extensions: issuer and subject as whole strings of at most 512 characters of
 * printable ASCII; null where the certificate has not exactly one of each, or anything else in them. Proves
 * nothing about the certificate. Never throws.
 */
export function identityOf({ core }: Certificate): Identity | null {
  try {
    const issuers = [
      ...values(core.extensions, ISSUER_V2).map(utf8String),
      ...values(core.extensions, ISSUER_V1).map(({ value }) => identityText(value)),
    ];
    const [issuer = null, ...others] = issuers;
    const names = core.extSubjectAltName?.valueObj.subs[0]?.subs ?? [];
    const [name] = names;
    if (issuer === null || others.some((other) => other !== issuer) || names.length !== 1 || !name)
      return null;
    const subject = subjectOf(name);
    return subject === null ? null : { issuer, subject };
  } catch {
    return null; // an extension that is none
  }
}

/** The values of the extensions of this kind: a certificate has one of a kind, unless its authority errs. */
const values = (extensions: readonly ASN1Obj[], oid: string): ASN1Obj[] =>
  extensions
    .filter(({ subs }) => subs[0]?.toOID() === oid)
    .map(({ subs }) => subs[subs.length - 1] as ASN1Obj);

function utf8String({ subs }: ASN1Obj): string | null {
  const [text, ...more] = subs;
  return text && more.length === 0 && text.tag.toDER() === UTF8_STRING ? identityText(text.value) : null;
}

function subjectOf(name: ASN1Obj): string | null {
  if (name.tag.isContextSpecific(URI) || name.tag.isContextSpecific(EMAIL)) return identityText(name.value);
  if (!name.tag.isContextSpecific(OTHER_NAME)) return null;
  const [type, wrapped] = name.subs;
  const text = wrapped?.subs[0];
  return type?.toOID() === USER_NAME && text ? identityText(text.value) : null;
}
