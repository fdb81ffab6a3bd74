// What one model answers: the top five as bars, the accepted among them marked, and where the truth lies.
import { Tooltip } from '@mantine/core'
import type { SampleDetail } from '#contract/query.ts'
import { formatNumber } from '../common/figures.ts'
import { Verdict } from '../common/verdict.tsx'
import { useSession } from '../session/session.ts'
import { formatProbability } from './inspector-model.ts'
import { displayName } from '#core/labels/map-classes.ts'
import classes from './prediction.module.css'

type PredictionDetail = SampleDetail['predictions'][number]

export function Prediction({ prediction }: { prediction: PredictionDetail }) {
  const { addClause, dataset } = useSession()
  const protocol = dataset.runs.find((run) => run.model === prediction.model)?.protocol
  const { model, correct, answers, provider } = prediction
  return (
    <>
      <h3 className={classes.model}>
        <Verdict correct={correct} />
        <Tooltip label={`Predicted on ${provider}`} disabled={provider === null}>
          <span className={classes.name}>{model}</span>
        </Tooltip>
        <span className={classes.rank}>{[protocol, describeTruth(prediction)].filter(Boolean).join(' · ')}</span>
      </h3>
      <ol className={classes.answers}>
        {answers.map(({ id, name, probability, accepted }) => (
          <li key={id} className={classes.answer} data-accepted={accepted === true}>
            <Tooltip label={`Only what ${model} takes for ${displayName(name)}`}>
              <button
                type="button"
                className={classes.text}
                onClick={() =>
                  addClause({
                    kind: 'compare',
                    path: { kind: 'run', model, property: 'predicted' },
                    op: '=',
                    value: name,
                  })
                }
              >
                {displayName(name)}
              </button>
            </Tooltip>
            <span className={classes.track}>
              <span className={classes.bar} style={{ width: `${(probability ?? 0) * 100}%` }} />
            </span>
            <span className={classes.figure}>{probability === null ? '–' : formatProbability(probability)}</span>
            <span className={classes.mark}>{accepted === true && <Verdict correct size={12} />}</span>
          </li>
        ))}
      </ol>
    </>
  )
}

function describeTruth({ correct, truthRank, margin }: PredictionDetail): string {
  if (correct === true) return margin === null ? '' : `margin ${formatNumber(margin)}`
  return truthRank === null ? '' : `truth at rank ${truthRank}`
}
