// Which dialog is open. Views ask for one by name; app/dialogs.tsx shows it.
import { create } from 'zustand'

export type DialogName =
  | 'import'
  | 'add-model'
  | 'predict'
  | 'model-classes'
  | 'check-preprocessing'
  | 'infer'
  | 'export'
  | 'report'
  | 'save-view'
  | 'tag'
  | 'help'
  | 'details'
  | 'labels'
  | 'join'
  | 'revision'

interface DialogState {
  readonly open: DialogName | null
  /** What the dialog is about, e.g. the place dropped on the window. */
  readonly about: string | null
  readonly show: (name: DialogName, about?: string) => void
  readonly close: () => void
}

export const useDialogs = create<DialogState>()((set) => ({
  open: null,
  about: null,
  show: (open, about) => set({ open, about: about ?? null }),
  close: () => set({ open: null, about: null }),
}))
