import { markup, type Markup } from './markup.js'

const words: readonly (readonly [word: string, meaning: string])[] = [
  ['control, candidate', 'the build that is known, and the one that is to be let through'],
  ['p50, p90, p99', 'half, nine tenths, 99 of 100 of the requests took at most so long'],
  ['p75–p95', 'the mean of the slower requests, without the very slowest'],
  [
    'latency',
    'from the moment in which a step was to begin until its answer was whole; waiting in between counts',
  ],
  ['outcome', 'what the answer meant: won, conflict, denied; latency is told for each'],
  ['reserve@rush', 'the step `reserve` in the phase `rush` of the load'],
  ['whole', 'a journey from its intended start to its end, all steps of it'],
  ['unit', 'some seconds of load on both builds by turns; one measurement of their difference'],
  ['start', 'fresh processes of both builds, since some differ from others for no reason'],
  ['noise', 'how far apart two equal builds are, for no reason'],
  ['surely between', 'the range in which the true change lies, but for rare bad luck'],
  ['regression', 'worse by more than what is ignored, and more than noise explains'],
  ['inconclusive', 'neither worse nor fine can be said yet: not a pass'],
  ['budget', 'a limit that a profile promises, whatever the control does'],
  ['mix', 'the shares of outcomes that show that the run tested what it claims'],
  ['invariant', 'what must hold for every single event; one offence breaks it'],
  [
    'load generator',
    'our own side of the measurement: when it is late, its figures say nothing of the target',
  ],
]

/** What the words of the page mean, for whoever reads one the first time. */
export const glossarySection = (): Markup =>
  markup`<section id="words" aria-labelledby="words-title"><h2 id="words-title">What the words mean</h2>
<dl>${words.map(([word, meaning]) => markup`<dt>${word}</dt><dd>${meaning}</dd>`)}</dl></section>
`
