import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { assertWritable, writeAtomic, writeAtomicSync } from '../../src/store/files.js'
import { temporary } from './fixture.js'

test('a folder that can be written is left as it was, and one that cannot is named at once', async () => {
  const root = temporary()
  await assertWritable(join(root, 'new', 'deeper'))
  expect(existsSync(join(root, 'new'))).toBe(false)
  writeFileSync(join(root, 'file'), '')
  await assertWritable(root)
  expect(readdirSync(root)).toEqual(['file'])
  const below = join(root, 'file', 'reports')
  await expect(assertWritable(below)).rejects.toMatchObject({
    name: 'UserError',
    exit: 2,
    reason: 'not_writable',
    message: `Cannot write to ${below}: a part of the path is a file, not a folder.`,
  })
})

test('a file is replaced as a whole and nothing is left beside it', async () => {
  const path = join(temporary(), 'reports', 'page.html')
  await Promise.all(Array.from({ length: 20 }, (_, i) => writeAtomic(path, String(i).repeat(100_000))))
  const text = readFileSync(path, 'utf8')
  expect(text).toBe(text.slice(0, text.length / 100_000).repeat(100_000))
  expect(readdirSync(join(path, '..'))).toEqual(['page.html'])
})

test('what could not be put in place leaves nothing beside it', async () => {
  const root = temporary()
  const path = join(root, 'page.html')
  mkdirSync(join(path, 'in-the-way'), { recursive: true })
  await expect(writeAtomic(path, 'text')).rejects.toMatchObject({ reason: 'not_writable' })
  expect(() => writeAtomicSync(path, 'text')).toThrow(/Cannot write to/)
  expect(readdirSync(root)).toEqual(['page.html'])
})
