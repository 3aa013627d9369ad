import type { Dataset, Entity } from 'vge-perf'

const seatKinds = ['seats', 'hot', 'expiring', 'closed', 'rivalSeats']

/** The events of a dataset, its second tenant's too. */
export const eventsOf = (dataset: Dataset): readonly Entity[] => [
  ...(dataset.events ?? []),
  ...(dataset.rivalEvents ?? []),
]

/** The seats of a dataset that may change, of every event. */
export const seatsOf = (dataset: Dataset): readonly Entity[] =>
  seatKinds.flatMap((kind) => dataset[kind] ?? [])
