// node undecided.mjs FOLDER: may a gate of two equal builds that ended with exit 3 be put down to the machine that it ran on? Exit 0 if so.
//
// Other machines on the same host may take a third of the cores' time for hours. The gate then says that it cannot tell, which is right, and
// no fault of this tree. What no noise touches must be as it should all the same: nothing called a regression, every invariant held,
// every share as expected, something measured in every scenario; and the gate itself must have found that the machine was busy elsewhere, and
// against its generator nothing that a busy machine does not explain.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Why it may not, each a sentence; none if it may. */
function objections(verdict) {
  const found = []
  if (verdict.exit !== 3) found.push(`the gate ended with ${verdict.exit}`)
  if (verdict.scenarios.length === 0) found.push('no scenario was measured')
  const machine = /^the hypervisor gave CPU time/
  // What a worker without a core does: it is late, and so is what it reads.
  const late =
    /^(the generator waited for a core|schedule lag|the median schedule lag|event-loop delay|a worker stood still|the busiest worker was at work|the longest pause of garbage|garbage collection took)/
  if (!verdict.scenarios.some(({ health }) => health?.reasons.some((reason) => machine.test(reason))))
    found.push('nothing is said against the machine')
  for (const { scenario, units, metrics, budgets, mix, invariants, errors, health } of verdict.scenarios) {
    const say = (what) => found.push(`${scenario}: ${what}`)
    if (units === 0) say('nothing was measured')
    for (const { name, decision, role } of metrics)
      if (role === 'gate' && (decision === 'regression' || decision === 'no_data'))
        say(`${name} is ${decision}`)
    for (const { name, unit, decision } of budgets)
      if (decision === 'no_data' || (decision === 'broken' && unit === 'share')) say(`${name} is ${decision}`)
    for (const { step, outcome, decision } of mix)
      if (decision !== 'as_expected') say(`${step} ${outcome} is ${decision}`)
    // Of an invalid one only the worst reasons are told: that it waited for a core may hide what the hypervisor took.
    if (health.state === 'invalid')
      for (const reason of health.reasons) if (!machine.test(reason) && !late.test(reason)) say(reason)
    for (const { id, status } of invariants) if (status !== 'held') say(`${id} is ${status}`)
    for (const error of errors) if (error.class === 'generator') say(`the generator failed: ${error.reason}`)
  }
  return found
}

const found = objections(JSON.parse(readFileSync(join(process.argv[2], 'verdict.json'), 'utf8')))
for (const sentence of found) console.log(`    ${sentence}`)
process.exitCode = found.length === 0 ? 0 : 1
