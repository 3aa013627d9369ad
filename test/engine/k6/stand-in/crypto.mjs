import { createHash, createHmac } from 'node:crypto'

export const cryptoModule = {
  hmac: (algorithm, key, data, encoding) => createHmac(algorithm, key).update(data).digest(encoding),
  sha1: (data, encoding) => createHash('sha1').update(data).digest(encoding),
}
