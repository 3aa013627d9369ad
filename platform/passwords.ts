import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify<string, Buffer, number, Buffer>(scrypt)
const length = 32

/** `scrypt$salt$key`, both base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `scrypt$${salt.toString('base64')}$${(await derive(password, salt, length)).toString('base64')}`
}

/** Takes as long for a hash that is none, so that nobody can tell which users exist. */
export async function checkPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [kind, salt = '', key = ''] = (hash ?? '').split('$')
  const derived = await derive(password, Buffer.from(salt, 'base64'), length)
  const expected = Buffer.from(key, 'base64')
  return kind === 'scrypt' && expected.length === length && timingSafeEqual(derived, expected)
}
