import fc from 'fast-check'
import { Presence as RealPresence } from 'phoenix'
import { expect, test } from 'vitest'
import { Presence } from '../../src/phoenix/presence.js'

const metas = (...refs: string[]) => ({ metas: refs.map((phx_ref) => ({ phx_ref })) })
const shown = (presence: Presence): Record<string, unknown[]> =>
  Object.fromEntries(presence.keys.map((key) => [key, presence.metas(key).map(({ phx_ref }) => phx_ref)]))

const sorted = (refs: readonly unknown[]): string[] => refs.map(String).sort((a, b) => a.localeCompare(b))

test('state, then diffs: a second device, an update, the last device gone', () => {
  const presence = new Presence()
  presence.state({ ann: metas('1'), bob: metas('2') })
  presence.diff({ joins: { ann: metas('3') }, leaves: {} })
  presence.diff({ joins: { bob: metas('4') }, leaves: { bob: metas('2') } })
  expect(shown(presence)).toEqual({ ann: ['1', '3'], bob: ['4'] })
  presence.diff({ joins: {}, leaves: { ann: metas('1', '3'), nobody: metas('9') } })
  expect(shown(presence)).toEqual({ bob: ['4'] })
})

test('diffs before the state wait for it, after a rejoin too', () => {
  const presence = new Presence()
  presence.diff({ joins: { bob: metas('2') }, leaves: {} })
  expect([presence.isSynced, shown(presence)]).toEqual([false, {}])
  presence.state({ ann: metas('1') })
  expect([presence.isSynced, shown(presence)]).toEqual([true, { ann: ['1'], bob: ['2'] }])
  presence.rejoined()
  presence.diff({ joins: {}, leaves: { cas: metas('3') } })
  expect([presence.isSynced, shown(presence)]).toEqual([false, { ann: ['1'], bob: ['2'] }])
  presence.state({ cas: metas('3'), dee: metas('4') })
  expect(shown(presence)).toEqual({ dee: ['4'] })
})

test('parts of the wrong shape count as empty', () => {
  const presence = new Presence()
  presence.state({ ann: metas('1'), bob: 5, cas: { metas: ['x', null] } })
  presence.diff({ joins: [], leaves: 'all' })
  presence.diff({})
  expect(shown(presence)).toEqual({ ann: ['1'], bob: [], cas: [] })
})

const someone = fc.dictionary(
  fc.constantFrom('ann', 'bob', 'cas'),
  fc.uniqueArray(fc.constantFrom('1', '2', '3', '4', '5'), { minLength: 1 }),
)
const people = someone.map((all) =>
  Object.fromEntries(Object.entries(all).map(([key, refs]) => [key, metas(...refs)])),
)

test('any sequence of states and diffs ends as with the npm client', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('state' as const), state: people }),
    fc.record({ kind: fc.constant('diff' as const), diff: fc.record({ joins: people, leaves: people }) }),
  )
  fc.assert(
    fc.property(people, fc.array(step, { maxLength: 8 }), (first, steps) => {
      const ours = new Presence()
      let real = RealPresence.syncState({}, structuredClone(first))
      ours.state(first)
      for (const next of steps) {
        if (next.kind === 'state') {
          real = RealPresence.syncState(real, structuredClone(next.state))
          ours.state(next.state)
        } else {
          real = RealPresence.syncDiff(real, structuredClone(next.diff))
          ours.diff(next.diff)
        }
        const refs = Object.entries(real).map(([key, { metas: all }]) => [
          key,
          sorted(all.map(({ phx_ref }) => phx_ref)),
        ])
        const mine = Object.entries(shown(ours)).map(([key, all]) => [key, sorted(all)])
        expect(Object.fromEntries(mine)).toEqual(Object.fromEntries(refs))
      }
    }),
  )
})
