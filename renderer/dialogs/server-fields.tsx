// A model on an inference server: its address, what prepares images for it, and the token that the server wants.
import { PasswordInput, Select, TextInput } from '@mantine/core'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import classes from './form.module.css'
import type { ReadServer, ServerDraft } from './server-source-model.ts'

interface ServerFieldsProps {
  readonly draft: ServerDraft
  readonly read: ReadServer
  readonly onChange: (draft: ServerDraft) => void
}

export function ServerFields({ draft, read, onChange }: ServerFieldsProps) {
  const models = useEngineQuery('models.list', {})
  const names = models.status === 'ready' ? models.data.map(({ name }) => name) : []
  return (
    <>
      <TextInput
        label="Address of the model"
        placeholder="https://host:8000/model"
        description="Triton, OpenVINO Model Server, MLServer, TorchServe or KServe, over HTTP (Open Inference Protocol, v2)."
        value={draft.address}
        error={read.kind === 'wrong' ? read.message : null}
        onChange={(event) => onChange({ ...draft, address: event.currentTarget.value })}
      />
      <Select
        label="Prepare images and name classes like"
        placeholder="most ImageNet classifiers"
        description="A server says neither: choose the model that it runs, if it is in the library."
        data={names}
        value={draft.like}
        onChange={(like) => onChange({ ...draft, like })}
        clearable
        searchable
      />
      <PasswordInput
        label="Token"
        placeholder="if the server wants one"
        autoComplete="off"
        value={draft.token}
        onChange={(event) => onChange({ ...draft, token: event.currentTarget.value })}
      />
      <p className={classes.note}>
        Images are decoded and prepared on this computer; only their pixels at the size that the model takes go to the
        server.
      </p>
    </>
  )
}
