import { expect, vi } from 'vitest'
import type { Behaviour } from './behaviours.js'
import { liveRunOf } from './live-stage.js'
import { phoenixTarget } from './phoenix-target.js'

/** What watchers of a topic that goes so have heard, as the receipt of each says it. */
const hearing = (word: string, fact: object): Behaviour => ({
  name: `watchers stay from unit to unit and say at the end what they heard: ${word}`,
  prove: async (stage) => {
    const run = liveRunOf(stage)
    const target = await phoenixTarget()
    stage.later(target.kill)
    const { url } = target
    const id = `crowd ${word}`
    const gathered = await run(word, { url, count: 3, audience: { id, stage: 'gather' } })
    expect(gathered.account.outcomes.watch).toMatchObject({ joined: 3 })
    expect(target.seen.open.size).toBe(3)
    const stayed = await run(word, { url, audience: { id, stage: 'stay' } })
    expect(stayed.account.outcomes.pick).toMatchObject({ won: 1 })
    await new Promise((resolve) => setTimeout(resolve, 600))
    const dismissed = await run(word, { url, audience: { id, stage: 'dismiss' } })
    const facts = dismissed.kept.receipts.map(({ receipt }) => receipt)
    expect(facts.toSorted((a, b) => a.n - b.n).map(({ kind, n }) => [kind, n])).toEqual([
      ['watched', 0],
      ['watched', 1],
      ['watched', 2],
    ])
    expect(facts[0]?.fact).toMatchObject({
      ...fact,
      topic: `topic:${word}`,
      args: { word },
      problems: {},
      early: 0,
    })
    expect(JSON.stringify(facts)).not.toContain('a token')
    await vi.waitFor(() => expect(target.seen.open.size).toBe(0), { timeout: 8_000 })
  },
})

const heard = [
  hearing('good', { seen: { A1: [2, 4, 3, 0, 0, 0] }, lost: false }),
  hearing('doubled', { seen: { A1: [2, 4, 4, 1, 0, 0] }, lost: false }),
  hearing('gap', { seen: { A1: [2, 4, 2, 0, 1, 0] }, lost: false }),
]

/** Of pages and topics: one list, for every engine that speaks Phoenix. */
export const liveBehaviours: readonly Behaviour[] = [
  {
    name: 'a page is opened, an element is clicked, and the step ends when the page shows what came of it',
    prove: async (stage) => {
      const run = liveRunOf(stage)
      const { kept, account, reasons } = await run('good')
      expect(reasons).toEqual([])
      expect(account.outcomes).toMatchObject({ look: { shown: 1 }, pick: { won: 1 } })
      expect(kept.receipts.map(({ receipt }) => receipt.fact)).toEqual([
        {
          shown: 'seat held',
          html: expect.stringContaining('<ul id="mine"><li id="mine-A1"></li></ul>') as string,
        },
      ])
      expect(account.frames).toMatchObject({ look: { count: 1 } })
      for (const step of ['look', 'pick']) {
        const [total = 0] = kept.values(step)
        const split = ['lag', 'send', 'connect', 'page', 'upgrade', 'join', 'reply', 'effect'].map(
          (part) => kept.values(step, part)[0] ?? 0,
        )
        expect(split.reduce((sum, part) => sum + part, 0)).toBe(total)
      }
      expect(kept.values('look', 'join').length).toBe(1)
      expect(kept.values('pick', 'reply').length).toBe(1)
    },
  },
  {
    name: 'what the page shows already is no effect of an event before the server has answered it',
    prove: async (stage) => {
      const run = liveRunOf(stage)
      const { kept, account } = await run('answers-late')
      expect(account.outcomes.pick).toMatchObject({ won: 1 })
      expect(kept.values('pick')[0]).toBeGreaterThan(75_000)
    },
  },
  {
    name: 'each way in which a page can be wrong has a name of its own, and breaks no more than its step',
    prove: async (stage) => {
      const run = liveRunOf(stage)
      const isK6 = stage.engine.name === 'k6'
      const found: Record<string, readonly string[]> = {}
      const words = [
        'no-csrf',
        'no-view',
        'login',
        'redirect',
        'broken',
        'forbidden',
        'stale',
        'crash',
        'closes',
        'large',
        'cut',
        'leaves',
      ]
      for (const word of words) found[word] = (await run(word, { timeout: 3_000 })).reasons
      expect(found).toEqual({
        'no-csrf': ['look target undeclared_no_csrf'],
        'no-view': ['look target undeclared_no_live_view'],
        login: ['look target undeclared_wrong_page'],
        redirect: ['look target undeclared_redirect'],
        broken: ['look target http_500'],
        // k6 does not tell the status.
        forbidden: [isK6 ? 'look target upgrade_refused' : 'look target upgrade_403'],
        stale: ['look target undeclared_stale'],
        crash: ['pick target crashed'],
        closes: ['pick target closed'],
        // k6 takes a frame of any size.
        large: [isK6 ? 'pick target timeout' : 'pick target closed'],
        cut: ['pick target closed'],
        leaves: ['pick target undeclared_redirect'],
      })
    },
  },
  {
    name: 'what never comes ends with the time-out',
    prove: async (stage) => {
      const run = liveRunOf(stage)
      for (const word of ['no-answer', 'half-open']) {
        const { reasons, account } = await run(word, { timeout: 1_500 })
        expect(reasons).toEqual(['look target timeout'])
        expect(account.steps.timedOut).toBe(1)
      }
      for (const word of ['silent', 'unknown-component']) {
        const { reasons, account } = await run(word, { timeout: 1_500 })
        expect(reasons).toContain('pick target timeout')
        expect(account.steps.timedOut).toBe(1)
      }
    },
  },
  ...heard,
]
