export { foldVerdict, type VerdictHead } from './fold.js'
export type { ScenarioInput } from './input.js'
export { judgeScenario } from './scenario.js'
export { sessionFigures } from './session-figures.js'
