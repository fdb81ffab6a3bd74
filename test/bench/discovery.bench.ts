// Discovery over eight fields and their 28 pairs: time in all, the longest step (during which nobody else is answered), and slices
// tested. Prints figures beside the target, asserts nothing. Usage: npm run bench -- discovery
import { fullBitset } from '#core/columns/bitset.ts'
import { discoverSlices } from '#core/discovery/compute-discovery.ts'
import { createRandom } from './synthetic-library.ts'

/** Five bins of a number, and a boolean, come last. */
const sizes = [1000, 468, 47, 32, 4, 3, 5, 2]
const classCount = 1000
const repeats = 3

function drawInput(rows: number, models: number) {
  const random = createRandom(7)
  const codes = (size: number) => Uint16Array.from({ length: rows }, () => 1 + Math.floor(random() ** 2 * size))
  const fields = sizes.map((size) => ({ codes: codes(size), size }))
  const hard = fields[1]!.codes
  return {
    rows: fullBitset(rows),
    classes: Uint16Array.from({ length: rows }, () => 1 + Math.floor(random() * classCount)),
    classCount,
    // One value of 468 in twenty is hard, so that there is something to find and to fold.
    correct: Array.from({ length: models }, () =>
      Uint8Array.from(hard, (code) => (random() < (code % 20 === 0 ? 0.6 : 0.35) ? 1 : 2)),
    ),
    fields,
    minSupport: 20,
    pairs: true,
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

for (const rows of [100_000, 1_000_000]) {
  for (const models of [1, 3]) {
    const input = drawInput(rows, models)
    const times: number[] = []
    const cpuTimes: number[] = []
    let longestMs = 0
    let words = ''
    for (let repeat = 0; repeat < repeats; repeat++) {
      const startedMs = performance.now()
      const startedCpu = process.cpuUsage()
      const steps = discoverSlices(input)
      for (;;) {
        const stepMs = performance.now()
        const { done, value } = steps.next()
        longestMs = Math.max(longestMs, performance.now() - stepMs)
        if (done !== true) continue
        const standing = value.found.filter(({ explainedBy }) => explainedBy === null).length
        words = `${value.supported} slices, ${value.found.length} found, ${standing} stand by themselves`
        break
      }
      times.push(performance.now() - startedMs)
      const cpu = process.cpuUsage(startedCpu)
      cpuTimes.push((cpu.user + cpu.system) / 1000)
    }
    const what = `${rows.toLocaleString('en-US')} samples, ${models} model${models === 1 ? '' : 's'}`
    const target = rows === 100_000 ? 'target 2,000 ms' : 'no target'
    console.log(
      `${what.padEnd(30)} ${median(times).toFixed(0).padStart(6)} ms (${median(cpuTimes).toFixed(0)} of processor time)   longest step ${longestMs.toFixed(0).padStart(5)} ms   ${target}   ${words}`,
    )
  }
}
