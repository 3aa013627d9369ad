import type { Invariant, Offender, TruthTools } from 'vge-perf'
import { byText, factsOf, text, texts } from './facts.js'
import { organizations, rowsOf, select } from './scope.js'

const onTheWire = (tools: TruthTools): readonly Offender[] => {
  const admitted = new Map<string, number>()
  const add = (code: string, count: number) => admitted.set(code, (admitted.get(code) ?? 0) + count)
  for (const fact of factsOf(tools, 'admission')) add(text(fact, 'code'), 1)
  for (const fact of factsOf(tools, 'again'))
    if (text(fact, 'outcome') === 'admitted') add(text(fact, 'code'), 1)
  const races = factsOf(tools, 'race')
  const doubtful = new Set<string>()
  for (const fact of races) {
    const outcomes = texts(fact, 'outcomes')
    add(text(fact, 'code'), outcomes.filter((outcome) => outcome === 'admitted').length)
    // The answer that was lost may have been the admission.
    if (outcomes.includes('error')) doubtful.add(text(fact, 'code'))
  }
  const nobody = [...byText(races, 'code').keys()].filter(
    (code) => admitted.get(code) === 0 && !doubtful.has(code),
  )
  return [
    ...[...admitted]
      .filter(([, count]) => count > 1)
      .map(([code, count]) => ({ id: code, what: `was admitted ${count} times` })),
    ...nobody.map((code) => ({
      id: code,
      what: 'was shown at several gates at once, and none admitted it',
    })),
  ]
}

/** Contract I8, under C10: single entry. */
export const oneAdmissionATicket: Invariant = {
  id: 'I8',
  title: 'A ticket is admitted once, and every admission is written down',
  needs: ['sql'],
  about: rowsOf('scans', 'scans'),
  wire: onTheWire,
  store: async (tools) => {
    const counts = await select(
      tools,
      `WITH admitted AS (
         SELECT ticket_id, count(*) AS n FROM scans
         WHERE organization_id = ANY($1::uuid[]) AND status = 'admitted' GROUP BY ticket_id
       )
       SELECT tickets.ticket_code AS id, 'has ' || coalesce(admitted.n, 0) || ' admissions, counts ' || scan_count
         || ' and is ' || tickets.status AS what
       FROM tickets LEFT JOIN admitted ON admitted.ticket_id = tickets.id
       WHERE tickets.organization_id = ANY($1::uuid[]) AND (coalesce(admitted.n, 0) > 1
         OR coalesce(admitted.n, 0) <> scan_count OR (tickets.status = 'active' AND admitted.n > 0)
         OR (tickets.status IN ('scanned', 'used') AND admitted.n IS NULL))`,
    )
    const rows = await tools.sql.query<{ code: string; gate: string }>(
      `SELECT tickets.ticket_code AS code, scans.gate_id AS gate FROM scans JOIN tickets ON tickets.id = scans.ticket_id
       WHERE scans.organization_id = ANY($1::uuid[]) AND scans.status = 'admitted'`,
      [await organizations(tools)],
    )
    const written = new Set(rows.map(({ code, gate }) => `${code} ${gate}`))
    const lost = factsOf(tools, 'admission')
      .filter((fact) => !written.has(`${text(fact, 'code')} ${text(fact, 'gate')}`))
      .map((fact) => ({
        id: text(fact, 'code'),
        what: `was admitted at gate ${text(fact, 'gate')}, but no scan says so`,
      }))
    return [...counts, ...lost]
  },
}
