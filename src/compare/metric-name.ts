/** Of `reserve@opening`: `opening`. Undefined where the load has one phase. */
export const phaseOf = (metric: string): string | undefined => metric.split('@')[1]

/** Of `reserve@opening`: `reserve`. */
export const stepOf = (metric: string): string => metric.split('@')[0] ?? metric

/** Whether it is the time of whole journeys. */
export const isWhole = (metric: string): boolean => stepOf(metric) === 'whole'
