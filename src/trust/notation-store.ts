// The trust store of Notation: certificates that a signature's chain must reach.
// https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md
import { createHash, X509Certificate } from 'node:crypto';
import { FederationError } from '../model/errors.ts';
import { LIMITS } from './limits.ts';
import { pemLabels } from './spki.ts';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** SHA-256 of a certificate (DER), base64. */
export const fingerprintOfCertificate = (der: Uint8Array): string =>
  createHash('sha256').update(der).digest('base64');

/**
 * The fingerprints of the certificates in these texts of PEM. By the Notary Project's specification each is
 * of an authority or signed by itself, and none is refused for its dates.
 * @throws FederationError CONFIG_INVALID if a text has anything else or none, `at` `notation[<index>]`, and
 * for more than 64, `at` `notation`
 */
export function readTrustStore(texts: readonly string[]): ReadonlySet<string> {
  const found = new Set(texts.flatMap((text, index) => certificatesIn(text, `notation[${index}]`)));
  if (found.size <= LIMITS.storeCertificates) return found;
  throw invalid(`the trust store has more than ${LIMITS.storeCertificates} certificates`, 'notation');
}

function certificatesIn(text: string, at: string): readonly string[] {
  const labels = pemLabels(text);
  const blocks = text.match(BLOCK) ?? [];
  if (labels.some((label) => label.includes('PRIVATE KEY')))
    throw invalid('a private key is given where a certificate is expected', at);
  if (blocks.length === 0 || blocks.length !== labels.length)
    throw invalid('this is not certificates in PEM alone', at);
  return blocks.map((block) => {
    const certificate = parsed(block, at);
    if (!certificate.ca && !certificate.verify(certificate.publicKey))
      throw invalid('the certificate is neither an authority’s nor signed by itself', at);
    return fingerprintOfCertificate(certificate.raw);
  });
}

function parsed(pem: string, at: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw invalid('a certificate cannot be read', at, cause);
  }
}

const invalid = (message: string, at: string, cause?: unknown): FederationError =>
  new FederationError('CONFIG_INVALID', message, {
    at,
    hint: 'Give the certificates of the authorities whose signatures you trust, as PEM (-----BEGIN CERTIFICATE-----).',
    cause,
  });
