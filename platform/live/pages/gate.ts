import { isUuid } from '../../catalogue.js'
import { Refusal } from '../../errors.js'
import type { App } from '../../kernel.js'
import type { Page, Screen, Viewer, Visit } from '../page.js'
import { flashPart } from '../parts.js'
import { live, type Tree } from '../rendered.js'
import type { Flash } from '../session.js'
import { tenantFor } from '../lookup.js'
import { atMostEvery } from '../pace.js'

interface Gate {
  readonly id: string
  readonly name: string
  readonly capacity: number | null
  readonly eventId: string
  readonly organizationId: string
}

interface Counts {
  readonly admitted: number
  readonly denied: number
}

const roles = ['owner', 'admin', 'staff', 'scanner_only']

async function findGate(app: App, organizationId: string, id: string | undefined): Promise<Gate | undefined> {
  if (!isUuid(id)) return undefined
  const [row] = await app.pg.query<{ name: string; capacity: number | null; event_id: string }>(
    'SELECT name, capacity, event_id FROM gates WHERE id = $1 AND organization_id = $2',
    [id, organizationId],
  )
  return row && { id, name: row.name, capacity: row.capacity, eventId: row.event_id, organizationId }
}

async function countScans(app: App, { id, organizationId }: Gate): Promise<Counts> {
  const rows = await app.pg.query<{ status: string; n: number }>(
    'SELECT status, count(*)::int AS n FROM scans WHERE gate_id = $1 AND organization_id = $2 GROUP BY status',
    [id, organizationId],
  )
  const count = (status: string): number => rows.find((row) => row.status === status)?.n ?? 0
  return { admitted: count('admitted'), denied: count('denied') }
}

/** What one gate has let in and turned away. */
class GateScreen implements Screen {
  readonly title: string
  flash: Flash | undefined
  #stop: () => void = () => undefined

  constructor(
    readonly app: App,
    readonly visit: Visit,
    readonly gate: Gate,
    private counts: Counts,
  ) {
    this.title = gate.name
    this.flash = visit.flash
  }

  render(): Tree {
    const { admitted, denied } = this.counts
    const { capacity } = this.gate
    const full = capacity === null || capacity === 0 ? '' : `${Math.round((admitted / capacity) * 100)} %`
    return live`${flashPart(this.flash)}<section id="gate" data-gate-id="${this.gate.id}"><h1>${this.title}</h1>
<dl><dt>Admitted</dt><dd id="admitted">${admitted}</dd><dt>Denied</dt><dd id="denied">${denied}</dd>
<dt>Occupancy</dt><dd id="occupancy">${admitted} of ${capacity ?? 'any number'}</dd><dt>Full</dt><dd id="full">${full}</dd></dl></section>`
  }

  follow(viewer: Viewer): void {
    // Scans have no versions to tell old from new, so the rows are counted again instead of adding up what is heard.
    const { organizationId, eventId, id } = this.gate
    const pace = atMostEvery(this.app.settings.live_recount_ms, () =>
      viewer.changed(async () => {
        await this.app.bus.ready(organizationId, eventId)
        this.counts = await countScans(this.app, this.gate)
      }),
    )
    const unsubscribe = this.app.bus.subscribe(organizationId, eventId, ({ domain, payload }) => {
      if (domain === 'scanning' && payload.gate_id === id) pace.ask()
    })
    this.#stop = () => {
      unsubscribe()
      pace.stop()
    }
    // What was scanned between the first count and the first that is heard of.
    pace.ask()
  }

  async event(): Promise<undefined> {
    return undefined
  }

  async params(): Promise<void> {
    return undefined
  }

  close(): void {
    this.#stop()
  }
}

/** A gate's counters, for those who stand there or have it watched (contract §3, C19). */
export const gatePage: Page = {
  name: 'gate',
  path: '/t/:slug/gate/:gate_id',
  open: async (app, visit) => {
    const { caller } = visit
    if (caller === undefined) return 'log-in'
    const { organizationId } = await tenantFor(app, { ...visit, caller }, roles)
    const gate = await findGate(app, organizationId, visit.params.gate_id)
    if (gate === undefined) throw new Refusal(404, 'gate_not_found')
    return new GateScreen(app, visit, gate, await countScans(app, gate))
  },
}
