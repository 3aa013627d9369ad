import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { checkDescriptors, descriptorLimit } from '../../src/engine/native/limits.js'
import { compiled } from '../../src/model/package.js'

/** What a Node that is started under these limits of a shell prints. */
const under = (limits: string, script: string): string => {
  const module = JSON.stringify(compiled('src/engine/native/limits.js'))
  const code = `import { checkDescriptors, descriptorLimit } from ${module}\n${script}`
  const { stdout, stderr } = spawnSync(
    'sh',
    ['-c', `${limits} && exec "$0" --input-type=module -e "$1"`, process.execPath, code],
    { encoding: 'utf8' },
  )
  if (stderr !== '') throw new Error(stderr)
  return stdout.trim()
}

test('Node raises the soft limit to the hard one, and a worker has what is left of that', () => {
  const hard = descriptorLimit()
  expect(under('ulimit -Sn 256', 'console.log(descriptorLimit())')).toBe(String(hard))
  expect(under('ulimit -n 300', 'console.log(descriptorLimit())')).toBe('300')
})

test('too few descriptors are told with what to type, and how many workers would do', () => {
  const script = `try { checkDescriptors(1000, 2) } catch ({ message, hint, exit }) { console.log(message, hint, exit) }`
  const said = under('ulimit -n 300', script)
  expect(said).toContain(
    'needs 700 open files in each process that sends it (500 connections and 200 of its own)',
  )
  expect(said).toContain('may open only 300')
  expect(said).toContain('ulimit -Hn 700 && ulimit -n 700')
  expect(said).toContain('--workers 10')
  expect(said).toMatch(/ 2$/)
  expect(under('ulimit -n 300', 'checkDescriptors(1000, 10); console.log("room")')).toBe('room')
  expect(() => checkDescriptors(10)).not.toThrow()
})
