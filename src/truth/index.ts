export { weigh } from './weigh.js'
export { settle } from './settle.js'
