/** One thing that a trustworthy result depends on, as `vge-perf doctor` found it. What is not ok has a remedy. */
export type Condition =
  | { readonly name: string; readonly state: 'ok'; readonly found: string }
  | {
      readonly name: string
      readonly state: 'warning' | 'failing'
      readonly found: string
      readonly remedy: string
    }
