// The entry of an analysis thread with a gate before its calls; see gated-analysis.ts.
import { answerCalls } from '#engine/analysis/answer-calls.ts'
import { analysisHandlers } from '#handlers/analysis.ts'
import { Gate, orders } from './gated-analysis.ts'

const gate = Gate.ofThread()

answerCalls((parts) => {
  const handlers = analysisHandlers(parts)
  return {
    ...handlers,
    'compare.compute': (input, context) => {
      if (gate.get('order') === orders.hold) gate.pass()
      return handlers['compare.compute'](input, context)
    },
    'query.position': (input, context) => {
      if (gate.get('order') === orders.hold) gate.pass()
      return handlers['query.position'](input, context)
    },
    'mining.compute': async (input, context) => {
      if (gate.get('order') === orders.die) process.exit(1)
      if (gate.get('order') === orders.hold) gate.pass()
      const mining = await handlers['mining.compute'](input, context)
      gate.count('ended')
      return mining
    },
    'overview.compute': (input, context) => {
      gate.count('begun')
      return handlers['overview.compute'](input, context)
    },
  }
})
