/**
 * Platforms and their keys. Guarantees: an API key is shown once and kept as a hash; a signing
 * key is registered only when it is a public key of its algorithm and strong enough, under a name
 * that no earlier key of the platform had.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { API_KEY_PREFIX, apiKeyHash } from '../../server/auth/auth.ts';
import { findPlatform, putPlatform } from '../../server/auth/store.ts';
import type { PlatformKey } from '../../server/classes/entries.ts';
import { addPlatformKey, retirePlatformKey } from '../../server/classes/store.ts';
import { type Db, transaction } from '../../server/db/pool.ts';
import { refuse } from '../../server/refused.ts';
import { randomSecret } from '../../server/secrets.ts';

/** The server's own tickets bear this name. */
const SERVER_KID = 'server';
const RSA_BITS_MIN = 2048;
/** A smaller one has made forgeries possible; with 1, anything is a signature. */
const RSA_EXPONENT_MIN = 65_537n;

/** @returns the API key, which is stored nowhere. */
export function addPlatform(db: Db, id: string, name: string): Promise<string> {
  return transaction(db, async (client) => {
    if ((await findPlatform(client, id)) !== null) {
      refuse(
        `平台 ${id} 已存在；更换密钥请用 platform rotate-key`,
        'the platform exists; use platform rotate-key for a new key',
      );
    }
    const apiKey = `${API_KEY_PREFIX}${randomSecret()}`;
    await putPlatform(client, id, name, apiKeyHash(apiKey));
    return apiKey;
  });
}

/** @returns the new API key; the old one stops at once. */
export function rotateKey(db: Db, id: string): Promise<string> {
  return transaction(db, async (client) => {
    const { name } = (await findPlatform(client, id)) ?? unknownPlatform(id);
    const apiKey = `${API_KEY_PREFIX}${randomSecret()}`;
    await putPlatform(client, id, name, apiKeyHash(apiKey));
    return apiKey;
  });
}

export function unknownPlatform(id: string): never {
  return refuse(`平台 ${id} 不存在；请先 platform add`, 'no such platform; add it with platform add');
}

export async function addKey(db: Db, platformId: string, kid: string, key: PlatformKey): Promise<void> {
  if (kid.trim().toLowerCase() === SERVER_KID) {
    refuse(`kid 不能是 ${SERVER_KID}：那是服务器自己的密钥`, 'this kid is the server’s own; choose another');
  }
  if ((await findPlatform(db, platformId)) === null) unknownPlatform(platformId);
  if (!(await addPlatformKey(db, platformId, kid, key))) {
    refuse(`kid ${kid} 已用过；新密钥请换新名`, 'this kid has been used; give a new key a new name');
  }
}

export async function retireKey(db: Db, platformId: string, kid: string): Promise<void> {
  if (!(await retirePlatformKey(db, platformId, kid, Date.now()))) {
    refuse(`平台 ${platformId} 没有使用中的密钥 ${kid}`, 'the platform has no such key in use');
  }
}

/** The public key in this PEM, written anew: nothing else the file held goes into the database. */
export function readPublicKey(pem: string, alg: PlatformKey['alg']): PlatformKey {
  if (/PRIVATE KEY/.test(pem)) {
    refuse(
      '这是私钥，不能交给服务器；请只提供公钥（openssl pkey -in private.pem -pubout）',
      'this is a private key, which must stay with the platform; give its public key only',
    );
  }
  const key = parse(pem);
  const fits = alg === 'ES256' ? isP256(key) : isStrongRsa(key);
  if (!fits) {
    refuse(
      alg === 'ES256' ? 'ES256 需要 EC P-256 公钥' : `RS256 需要至少 ${RSA_BITS_MIN} 位的 RSA 公钥（指数不小于 65537）`,
      alg === 'ES256'
        ? 'ES256 needs a public key on P-256'
        : `RS256 needs an RSA public key of ${RSA_BITS_MIN} bits or more, with an exponent of 65537 or more`,
    );
  }
  return { alg, publicPem: key.export({ type: 'spki', format: 'pem' }).toString() };
}

function parse(pem: string): KeyObject {
  // A certificate would be read too, and its dates and names ignored.
  if (!/-----BEGIN (RSA )?PUBLIC KEY-----/.test(pem)) return notPem();
  try {
    return createPublicKey(pem);
  } catch {
    return notPem();
  }
}

function notPem(): never {
  return refuse(
    '不是 PEM 公钥（应以 -----BEGIN PUBLIC KEY----- 开头）',
    'not a PEM public key (-----BEGIN PUBLIC KEY-----)',
  );
}

function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
}

function isStrongRsa(key: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  return key.asymmetricKeyType === 'rsa' && modulusLength >= RSA_BITS_MIN && publicExponent >= RSA_EXPONENT_MIN;
}
