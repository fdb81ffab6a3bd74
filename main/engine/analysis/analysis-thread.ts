// The start of an analysis thread.
import { analysisHandlers } from '#handlers/analysis.ts'
import { answerCalls } from './answer-calls.ts'

answerCalls(analysisHandlers)
