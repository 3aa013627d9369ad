export { foldVerdict, type VerdictHead } from './fold.js'
export type { ScenarioInput } from './input.js'
export { judgeScenario } from './scenario.js'
export { sessionMetrics } from './session-figures.js'
