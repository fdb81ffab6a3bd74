// State of a text field that edits a filter: draft, completion (with values asked from the engine), and its errors.
import { useCombobox } from '@mantine/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import { completeFilter } from '#core/filter/complete.ts'
import type { FilterExpr, Path, Scalar } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import { vocabularyOf } from '../session/vocabulary.ts'
import { applyOption, readFilterText } from './filter-text-model.ts'

const noPath: Path = { kind: 'field', name: 'id' }
/** Of a field with more values than this, those that hold what is typed are asked for besides. */
const mostValues = 1000
const noValues: readonly { readonly value: Scalar | null }[] = []

export function useFilterText(filter: FilterExpr, commit: (filter: FilterExpr) => void) {
  const { dataset } = useSession()
  const own = formatFilter(filter)
  const [draft, setDraft] = useState<string | null>(null)
  const [cursor, setCursor] = useState(0)
  const [problem, setProblem] = useState<string | null>(null)
  const [isFocused, setFocused] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const text = draft ?? own

  useEffect(() => {
    setDraft(null)
    setProblem(null)
  }, [own])

  const wanted = useMemo(() => valueAtCursor(text, cursor, dataset), [text, cursor, dataset])
  const question = { dataset: dataset.id, path: wanted?.path ?? noPath, limit: mostValues }
  const isAsked = isFocused && wanted !== null
  const values = useEngineQuery('query.values', { ...question, search: '' }, { enabled: isAsked })
  const first = values.status === 'ready' && !values.isStale ? values.data : noValues
  const search = first.length === mostValues ? (wanted?.typed ?? '') : ''
  const found = useEngineQuery('query.values', { ...question, search }, { enabled: isAsked && search !== '' })
  const known = search !== '' && found.status === 'ready' && !found.isStale ? found.data : first
  const completion = useMemo(() => {
    const vocabulary = vocabularyOf(dataset, () =>
      known.map(({ value }) => (typeof value === 'number' ? value : String(value ?? ''))),
    )
    return completeFilter(text, cursor, vocabulary)
  }, [text, cursor, dataset, known])

  function edit(next: string, at: number): void {
    setDraft(next)
    setCursor(at)
    setProblem(null)
    combobox.openDropdown()
    combobox.resetSelectedOption()
  }

  function complete(label: string): void {
    const edited = applyOption({ text, cursor }, completion.from, label)
    edit(edited.text, edited.cursor)
    requestAnimationFrame(() => input.current?.setSelectionRange(edited.cursor, edited.cursor))
  }

  function submit(): boolean {
    const reading = readFilterText(text, vocabularyOf(dataset))
    setProblem(reading.ok ? null : reading.message)
    if (!reading.ok) {
      // The caret goes to where the text stopped making sense.
      if (reading.position !== null) input.current?.setSelectionRange(reading.position, reading.position)
      return false
    }
    combobox.closeDropdown()
    setDraft(null)
    commit(reading.filter)
    return true
  }

  function revert(): void {
    setDraft(null)
    setProblem(null)
    combobox.closeDropdown()
  }

  return {
    text,
    problem,
    isFocused,
    setFocused,
    setCursor,
    input,
    combobox,
    completion,
    edit,
    complete,
    submit,
    revert,
  }
}

/** The path whose value is due at the cursor, and what of it is typed; found by watching what the completer asks for. */
function valueAtCursor(
  text: string,
  cursor: number,
  dataset: Parameters<typeof vocabularyOf>[0],
): { readonly path: Path; readonly typed: string } | null {
  let wanted: { readonly path: Path; readonly typed: string } | null = null
  completeFilter(
    text,
    cursor,
    vocabularyOf(dataset, (path, typed) => {
      wanted = { path, typed }
      return []
    }),
  )
  return wanted
}
