import checkout from '../../scenarios/checkout.js'
import redisAtomics from '../../scenarios/redis-atomics.js'
import seatSelection from '../../scenarios/seat-selection.js'
import ticketValidation from '../../scenarios/ticket-validation.js'
import { testScenarios } from './scenario-tests.js'

testScenarios([seatSelection, checkout, ticketValidation, redisAtomics])
