// Finds a value for every image of a new field: by a dual encoder out of a vocabulary, or by images that have a value already.
import { Button, Modal, NumberInput, SegmentedControl, Select, Skeleton, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { formatCount } from '#core/format/numbers.ts'
import { namedVocabularies, readWords, vocabularyNames } from '#core/infer/vocabulary.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { ErrorNote } from '../common/notes.tsx'
import { formatPlural } from '../common/figures.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import classes from './form.module.css'
import { type InferChoice, embeddingRuns, namedFields, proposeName, templatesOf, toRequest } from './infer-model.ts'

export function InferDialog() {
  const { open, close } = useDialogs()
  return (
    <Modal opened={open === 'infer'} onClose={close} title="Infer a field" size={560}>
      <InferForm close={close} />
    </Modal>
  )
}

type Change = (patch: Partial<InferChoice>) => void

function InferForm({ close }: { close: () => void }) {
  const { dataset } = useSession()
  const models = useEngineQuery('models.list', {})
  const runs = embeddingRuns(dataset)
  const [choice, setChoice] = useState<InferChoice>({
    by: 'text',
    model: null,
    vocabulary: 'scenes',
    text: '',
    templates: '',
    examples: namedFields(dataset)[0] ?? null,
    run: runs[0] ?? null,
    neighbours: 20,
  })
  const [typedName, setTypedName] = useState<string | null>(null)
  const start = useEngineAction('inferred.start')
  if (models.status === 'loading') return <Skeleton height={200} />
  if (models.status === 'error') return <ErrorNote error={models.error} retry={models.retry} />
  const encoders = models.data.filter(({ protocols }) => protocols.includes('zero-shot'))
  const chosen = { ...choice, model: choice.model ?? encoders[0]?.name ?? null }
  const change: Change = (patch) => setChoice({ ...choice, ...patch })
  const field = typedName ?? proposeName(chosen, dataset.fields)
  const request = toRequest(chosen)
  const ofModel = encoders.find(({ name }) => name === chosen.model)?.templates ?? []

  async function submit(): Promise<void> {
    if (request === null) return
    const started = await start.run({ dataset: dataset.id, field: field.trim(), by: request, filter: null })
    if (started !== null) close()
  }

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <SegmentedControl
        aria-label="How values are found"
        value={chosen.by}
        onChange={(by) => change({ by: by === 'examples' ? 'examples' : 'text' })}
        data={[
          { value: 'text', label: 'By words' },
          { value: 'examples', label: 'By examples' },
        ]}
      />
      {chosen.by === 'text' ? (
        <ByWords choice={chosen} change={change} encoders={encoders.map(({ name }) => name)} ofModel={ofModel} />
      ) : (
        <ByExamples choice={chosen} change={change} runs={runs} />
      )}
      <TextInput
        label="Field"
        description="A name of its own: what the dataset says stays beside it, to compare with."
        value={field}
        onChange={(event) => setTypedName(event.currentTarget.value)}
      />
      <div className={classes.actions}>
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" disabled={request === null || field.trim() === ''} loading={start.isRunning}>
          Infer {formatPlural(dataset.samples, 'sample')}
        </Button>
      </div>
    </form>
  )
}

interface ByWordsProps {
  readonly choice: InferChoice
  readonly change: Change
  readonly encoders: readonly string[]
  readonly ofModel: readonly string[]
}

function ByWords({ choice, change, encoders, ofModel }: ByWordsProps) {
  const { dataset } = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  const { words, repeated } = readWords(choice.text)
  if (encoders.length === 0) {
    return (
      <p className={classes.note}>
        Words take a dual encoder, such as CLIP or SigLIP in ONNX; the library has none.{' '}
        <Button variant="subtle" size="compact-sm" onClick={() => show('add-model')}>
          Add a model…
        </Button>
      </p>
    )
  }
  return (
    <>
      <div className={classes.row}>
        <Select
          label="Dual encoder"
          data={[...encoders]}
          value={choice.model}
          allowDeselect={false}
          onChange={(model) => change({ model })}
        />
        <Select
          label="Vocabulary"
          data={[
            {
              group: 'ImageNet-D',
              items: vocabularyNames.map((name) => ({
                value: name,
                label: `${formatCount(namedVocabularies[name].words.length)} ${name}`,
              })),
            },
            {
              group: 'Values of a field',
              items: namedFields(dataset).map((name) => ({ value: `field:${name}`, label: name })),
            },
            { group: 'Others', items: [{ value: 'words', label: 'A list…' }] },
          ]}
          value={choice.vocabulary}
          allowDeselect={false}
          onChange={(vocabulary) => vocabulary !== null && change({ vocabulary })}
        />
      </div>
      {choice.vocabulary === 'words' && (
        <Textarea
          label="Values"
          description={`One a line: ${formatPlural(words.length, 'value')}${repeated > 0 ? `, ${formatCount(repeated)} repeated` : ''}`}
          autosize
          minRows={4}
          maxRows={10}
          value={choice.text}
          onChange={(event) => change({ text: event.currentTarget.value })}
        />
      )}
      <Textarea
        label="Templates"
        description="One a line, {} standing for the value; their mean is what images are compared with."
        placeholder={templatesOf(choice.vocabulary, ofModel).slice(0, 3).join('\n')}
        autosize
        minRows={2}
        maxRows={6}
        value={choice.templates}
        onChange={(event) => change({ templates: event.currentTarget.value })}
      />
    </>
  )
}

function ByExamples({ choice, change, runs }: { choice: InferChoice; change: Change; runs: readonly string[] }) {
  const { dataset } = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  if (runs.length === 0) {
    return (
      <p className={classes.note}>
        Examples take a run that keeps its embeddings; none does yet.{' '}
        <Button variant="subtle" size="compact-sm" onClick={() => show('predict')}>
          Predict…
        </Button>
      </p>
    )
  }
  return (
    <div className={classes.row}>
      <Select
        label="Examples"
        description="Values of a field; of an inferred one, the confirmed"
        data={[...namedFields(dataset)]}
        value={choice.examples}
        allowDeselect={false}
        onChange={(examples) => change({ examples })}
      />
      <Select
        label="Embeddings"
        description="Of a run that keeps them"
        data={[...runs]}
        value={choice.run}
        allowDeselect={false}
        onChange={(run) => change({ run })}
      />
      <NumberInput
        label="Neighbours"
        description="That vote"
        min={1}
        max={1000}
        value={choice.neighbours}
        onChange={(neighbours) => typeof neighbours === 'number' && change({ neighbours })}
      />
    </div>
  )
}
