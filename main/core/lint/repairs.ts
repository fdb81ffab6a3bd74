// The repairs that findings offer: their names in files and calls, and what their buttons say.

export const repairs = {
  drop_label: { words: 'Treat it as a plain field', removes: false },
  label_to_nuisance: { words: 'Make it a nuisance', removes: false },
  merge_names: { words: 'Merge the names', removes: false },
  tag_duplicates: { words: 'Tag all but the first “duplicate”', removes: false },
  /** From Foible's own record only; files are never touched. */
  remove_samples: { words: 'Remove from the dataset', removes: true },
} as const satisfies Record<string, { readonly words: string; readonly removes: boolean }>

export type RepairName = keyof typeof repairs

export function isRepairName(name: string | null): name is RepairName {
  return name !== null && Object.hasOwn(repairs, name)
}
