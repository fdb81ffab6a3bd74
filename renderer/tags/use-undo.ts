// Undo and redo: a filter is put back by the session, tags and views by the engine, newest act first.
import { notifications } from '@mantine/notifications'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useSessionContext } from '../session/session.ts'

export function useUndo(): { readonly undo: () => void; readonly redo: () => void } {
  const { dataset, store } = useSessionContext()
  const takeBack = useEngineAction('history.undo')
  const bringBack = useEngineAction('history.redo')
  return {
    undo: () => {
      if (store.getState().takeBack()?.kind === 'filter') return
      void takeBack.run({ dataset: dataset.id }).then((answer) => {
        if (answer === null) return
        say(answer.undone === null ? 'There is nothing to undo' : `Undone: ${answer.undone}`)
      })
    },
    redo: () => {
      void bringBack.run({ dataset: dataset.id }).then((answer) => {
        if (answer === null) return
        if (answer.redone !== null) store.getState().recordDataAct()
        say(answer.redone === null ? 'There is nothing to redo' : `Done again: ${answer.redone}`)
      })
    },
  }
}

function say(message: string): void {
  notifications.show({ message, autoClose: 2500, withCloseButton: false })
}
