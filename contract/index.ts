import type { Contract } from 'vge-perf'
import { clean } from './data/clean.js'
import { lacks } from './data/lacks.js'
import { prepare } from './data/prepare.js'
import { quiet } from './data/quiet.js'
import { figures } from './figures.js'
import { invariants } from './invariants/index.js'
import { keys } from './keys.js'
import { operations } from './operations.js'
import { preflight } from './preflight.js'
import { probes } from './probes.js'

/** What VoelgoedEvents promises. Source: the platform contract, column D where its documents disagree. */
const contract: Contract = {
  name: 'voelgoedevents',
  operations,
  keys,
  figures,
  preflight,
  data: { prepare, clean, lacks, quiet },
  invariants,
  probes,
}

export default contract
