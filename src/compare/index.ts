export { sessionMetrics } from './baseline.js'
export { foldVerdict, type VerdictHead } from './fold.js'
export type { ScenarioInput, Wants } from './input.js'
export { judgeScenario } from './scenario.js'
