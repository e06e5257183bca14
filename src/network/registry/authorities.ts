// Reads the certificates of the authorities that a registry's certificate may be of.
import { X509Certificate } from 'node:crypto';
import { readBounded } from '../../config/bounded-file.ts';
import { FederationError } from '../../model/errors.ts';

/** Bytes of the file. */
const MAX_BYTES = 1_048_576;

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * The certificates of a file (PEM, RFC 7468), one behind the other, without what else it has. A relative path
 * starts at the working directory. Rejects with CONFIG_INVALID where the file cannot be read, is larger than
 * 1 MiB, has no certificate, or one that cannot be read.
 */
export async function readAuthorities(path: string): Promise<string> {
  try {
    const found = (await readBounded(path, MAX_BYTES)).toString('latin1').match(CERTIFICATE) ?? [];
    if (found.length === 0) throw new Error('no certificate in PEM');
    for (const certificate of found) new X509Certificate(certificate);
    return found.join('\n');
  } catch (cause) {
    throw new FederationError('CONFIG_INVALID', `the certificates in ${path} cannot be used`, {
      cause,
      hint: 'Write the certificates of the registry’s authority as PEM, one after the other.',
    });
  }
}
