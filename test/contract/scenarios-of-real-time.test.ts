import availabilitySync from '../../scenarios/availability-sync.js'
import flashSale from '../../scenarios/flash-sale.js'
import liveviewLatency from '../../scenarios/liveview-latency.js'
import tenantIsolation from '../../scenarios/tenant-isolation.js'
import { testScenarios } from './scenario-tests.js'

testScenarios([availabilitySync, flashSale, liveviewLatency, tenantIsolation])
