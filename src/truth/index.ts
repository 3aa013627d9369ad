export { weigh, type WeighOptions } from './weigh.js'
export { settle, type Settled } from './settle.js'
