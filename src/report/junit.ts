import type { ScenarioVerdict, Verdict } from '../model/verdict.js'
import { casesOf, type Case, type Result } from './junit-cases.js'
import { worstScenariosFirst } from './order.js'
import { element, xmlText } from './xml.js'

/**
 * The verdict as JUnit XML for Jenkins, GitLab and whoever else reads it: a suite a scenario, a case for all that decides. What
 * fails is a failure, what could not be told an error, and what was waived is skipped, with the reason. It keeps to what both schemas in use
 * allow. Sources: jenkinsci/xunit-plugin, junit-10.xsd; apache/maven-surefire, surefire-test-report.xsd.
 */
export function junit(verdict: Verdict): string {
  const suites = worstScenariosFirst(verdict.scenarios).map((scenario) => ({
    name: `${scenario.scenario} (${scenario.profile})`,
    className: scenario.scenario,
    cases: casesOf(scenario),
    properties: propertiesOf(verdict, scenario),
  }))
  const all = suites.length > 0 ? suites : [nothing(verdict)]
  const count = (result: Result, cases: readonly Case[] = all.flatMap((suite) => suite.cases)): number =>
    cases.filter((one) => one.result === result).length
  const time = Number.isFinite(verdict.elapsedSeconds)
    ? Math.max(0, verdict.elapsedSeconds).toFixed(3)
    : undefined
  const body = all.map(({ name, className, cases, properties }) =>
    element(
      'testsuite',
      {
        name,
        tests: cases.length,
        failures: count('failure', cases),
        errors: count('error', cases),
        skipped: count('skipped', cases),
      },
      '\n',
      element('properties', {}, ...properties),
      '\n',
      ...cases.map((one) => `${testCase(one, className)}\n`),
    ),
  )
  const total = {
    name: verdict.tool,
    tests: all.flatMap((suite) => suite.cases).length,
    failures: count('failure'),
    errors: count('error'),
    time,
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', total, '\n', ...body.map((suite) => `${suite}\n`))}\n`
}

function testCase({ group, name, result, reason, message, details }: Case, className: string): string {
  const place = { name, classname: `${className}.${group}`, time: 0 }
  const lines = details.map(xmlText).join('\n')
  if (result === 'passed')
    return details.length === 0
      ? element('testcase', place)
      : element('testcase', place, element('system-out', {}, lines))
  if (result === 'skipped') return element('testcase', place, element('skipped', { message }, lines))
  return element(
    'testcase',
    place,
    element(result, { message, type: reason }, `${xmlText(message)}\n${lines}`),
  )
}

function propertiesOf(verdict: Verdict, scenario: ScenarioVerdict): readonly string[] {
  const subject = (arm: 'control' | 'candidate'): readonly (readonly [string, string])[] =>
    Object.entries(verdict[arm]).map(([name, value]) => [`${arm}.${name}`, value] as const)
  const pairs = [
    ['profile', scenario.profile],
    ['mode', verdict.mode],
    ['started', verdict.startedAt],
    ['seed', verdict.seed],
    ['repeat', verdict.repeat],
    ['units', String(scenario.units)],
    ['starts', String(scenario.starts)],
    ...subject('control'),
    ...subject('candidate'),
  ] as const
  return pairs.map(([name, value]) => element('property', { name, value }))
}

/** A verdict over no scenario is red as well. */
function nothing({ reason, headline }: Verdict) {
  const only: Case = {
    group: 'verdict',
    name: 'verdict',
    result: 'error',
    reason,
    message: headline,
    details: [],
  }
  return { name: 'vge-perf', className: 'vge-perf', cases: [only], properties: [] }
}
