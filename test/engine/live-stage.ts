import { expect } from 'vitest'
import type { PlanAudience } from '../../src/model/plan.js'
import { ms } from '../../src/model/time.js'
import { identities, keepAll, makePlan, oneArm, phase } from './harness.js'
import { phoenixTarget } from './phoenix-target.js'
import type { Stage } from './stage.js'

const contract = `export default {
  name: 'live', keys: {}, figures: {},
  operations: {
    page: { kind: 'view', path: '/page/{word}', socket: '/live', landmark: 'Seat map', tells: () => undefined },
    topic: { kind: 'channel', socket: '/socket', auth: 'as', params: () => ({ token: 'secret' }), topic: 'topic:{word}',
      tells: (event, { seat, version, at }) => {
        if (version === 3 && globalThis.throwing) throw new Error('the contract fell over')
        return { subject: seat, version, committedAt: at }
      },
      inspect: (event, payload, size) => (size > 1024 ? 'oversized' : undefined) },
  },
}`

const scenarioOf = (word: string): string => `export default {
  name: 'live', steps: {
    look: { operation: 'page', answers: { shown: 'shown' } },
    pick: { answers: { mine: 'won' } },
    watch: { operation: 'topic', answers: { joined: 'joined', unauthorized: 'denied' } },
    heard: { answers: { told: 'heard' } },
  },
  row: ({ n, phase }) => ({ word: '${word}', n, phase }),
  journey: async (vu, { word }) => {
    const { page, outcome } = await vu.liveview('look', { word })
    if (page === undefined) return outcome
    const shown = word === 'answers-late' ? '#seat-A1.available' : '#mine-A1'
    const picked = await page.click('pick', '#seat-A1', { mine: shown })
    if (word === 'bad-receipt') vu.receipt('note', { x: 1n })
    if (word === 'bad-instant') vu.observe('heard', 'told', Number('never'))
    if (picked.outcome === 'won') vu.receipt('picked', { shown: page.find('#seat-A1').attributes.class, html: page.html() })
    return picked.outcome
  },
  audience: async (vu, { word }) => {
    vu.receipt('process', { pid: globalThis.process?.pid ?? 0 })
    globalThis.throwing = word === 'throws'
    if (word === 'absent') await new Promise(() => {})
    const words = word === 'drops' ? [word, 'good'] : [word]
    const joined = await Promise.all(words.map((one) => vu.socket('watch', { word: one, as: 'a token' }, { heard: 'heard' })))
    return joined[0].outcome
  },
}`

/** Journeys on a page and watchers of a topic, which go well or badly as the word says. */
export function liveRunOf({ engine, later }: Stage) {
  return async (
    word: string,
    options: { timeout?: number; audience?: PlanAudience; url?: string; count?: number } = {},
  ) => {
    let url = options.url
    if (url === undefined) {
      const target = await phoenixTarget()
      later(target.kill)
      url = target.url
    }
    const gathering = options.audience?.stage === 'gather'
    const { plan, remove } = makePlan({
      urls: { control: url },
      table: oneArm(options.audience?.stage === 'dismiss' ? 0 : (options.count ?? 1), 1_000),
      phases:
        options.audience?.stage === 'dismiss'
          ? []
          : [phase({ name: gathering ? 'audience' : 'main', duration: ms(200) })],
      timeout: ms(options.timeout ?? 5_000),
      scenario: scenarioOf(word),
      contract,
    })
    later(remove)
    const kept = keepAll()
    const accounting = await engine.run(
      options.audience === undefined ? plan : { ...plan, audience: options.audience },
      kept.sink,
      new AbortController().signal,
    )
    const account = accounting.arms.control
    expect(identities(account)).toEqual([])
    if (account === undefined) throw new Error('no accounting of the control')
    return {
      kept,
      account,
      reasons: account.errors.map((error) => `${error.step} ${error.class} ${error.reason}`),
    }
  }
}
