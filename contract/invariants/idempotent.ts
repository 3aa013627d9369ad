import type { Invariant, Offender, TruthTools } from 'vge-perf'
import { byText, factsOf, text } from './facts.js'
import { receiptsOf, select } from './scope.js'

const repeats = (tools: TruthTools): readonly Offender[] =>
  factsOf(tools, 'repeat')
    .filter((fact) => text(fact, 'outcome') !== 'error')
    .filter((fact) => text(fact, 'outcome') !== 'same' || text(fact, 'again') !== text(fact, 'hold'))
    .map((fact) => ({
      id: text(fact, 'hold'),
      what: `its owner reserved again and got ${text(fact, 'again') || 'no hold'} (${text(fact, 'outcome')})`,
    }))

const batches = (tools: TruthTools): readonly Offender[] =>
  [...byText(factsOf(tools, 'batch'), 'batch')].flatMap(([id, facts]) => {
    const replies = new Set(facts.map((fact) => text(fact, 'reply')))
    return replies.size > 1
      ? [
          {
            id,
            what: `was answered in ${replies.size} ways: ${[...replies].slice(0, 2).join(' and ')}`,
          },
        ]
      : []
  })

/** Contract I13. */
export const idempotent: Invariant = {
  id: 'I13',
  title: 'What is sent again has one effect',
  needs: ['sql'],
  about: receiptsOf('repeated requests', 'repeat', 'batch'),
  wire: (tools) => [...repeats(tools), ...batches(tools)],
  store: (tools) =>
    select(
      tools,
      `SELECT batch_id::text AS id, 'was run ' || count(*) || ' times' AS what FROM batch_syncs
       WHERE organization_id = ANY($1::uuid[]) GROUP BY organization_id, batch_id HAVING count(*) > 1
       UNION ALL
       SELECT scan_id, 'scan was written ' || count(*) || ' times' FROM scans
       WHERE organization_id = ANY($1::uuid[]) AND scan_id IS NOT NULL GROUP BY organization_id, scan_id HAVING count(*) > 1`,
    ),
}
