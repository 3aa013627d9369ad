import { expect, test } from 'vitest'
import { KeptTree } from '../../../src/phoenix/live/kept-tree.js'

const join = JSON.stringify({ response: { rendered: { s: ['<p>', '</p>'], '0': 'one' } } })
const kept = () => {
  const told: string[] = []
  const tree = new KeptTree((what) => void told.push(what))
  tree.replace(join)
  return { tree, told }
}

test('diffs of a page that nobody reads are merged once they are as large as a join may be, and not before', () => {
  const { tree, told } = kept()
  tree.add('{"0":7}', 'push')
  expect(told).toEqual([])
  const large = JSON.stringify({ '0': 'x'.repeat(1_000) })
  for (let more = 0; more < 100; more += 1) tree.add(large, 'push')
  expect(told).toHaveLength(1)
  expect(tree.isBroken).toBe(true)
})

test('a tree without an end is the target’s fault, and said so; a mistake of who reads it is not', () => {
  const { tree, told } = kept()
  const depth = 50_000
  tree.add(`${'{"s":["",""],"0":'.repeat(depth)}"x"${'}'.repeat(depth)}`, 'push')
  expect(tree.read((rendered) => rendered.html())).toBeUndefined()
  expect(told).toEqual(['The tree is nested too deeply.'])
  const sound = kept()
  expect(() =>
    sound.tree.read(() => {
      throw new TypeError('ours')
    }),
  ).toThrow('ours')
  expect([sound.told, sound.tree.isBroken]).toEqual([[], false])
})
